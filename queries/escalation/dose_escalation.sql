-- Question: how did the escalation go, cohort by cohort, and what followed each?
-- Grain: one cohort at one dose level, in order of its first enrolment.
-- The level is the one that counts (TRTA: given or assigned, as the trial states); of a subject who awaits the first
-- infusion the assigned one. What followed is read from the dose of the next cohort of the trial, whatever the filters
-- show.
with expansion as (
    select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION'
),
member as (
    select
        a.USUBJID, l.TRTA, l.DOSE as TRTAN, l.DOSELVL, a.COHORT, a.ENRLFL, a.SAFFL, a.TRTSDT,
        coalesce(a.ENRLDT, a.TRTSDT) as STARTDT
    from adsl as a
    join trial.dose_level as l on l.TRTA = a.TRTA
    where a.DOSELVL is not null and (a.ENRLFL = 'Y' or a.SAFFL = 'Y')
),
cohort as (
    select coalesce(COHORT, '') as COHORT, TRTA, min(TRTAN) as TRTAN, min(STARTDT) as STARTDT, min(TRTSDT) as FIRSTDT
    from member
    group by all
),
ordered as (
    select
        *,
        row_number() over step as SEQ,
        lead(TRTA) over step as NEXTTRTA, lead(TRTAN) over step as NEXTTRTAN, lead(COHORT) over step as NEXTCOHORT
    from cohort
    window step as (order by STARTDT nulls last, TRTAN, COHORT)
),
infusion as (
    select USUBJID, max(ASTDT) as LASTINFDT from adex group by USUBJID
),
counted as (
    select
        coalesce(m.COHORT, '') as COHORT, m.TRTA,
        min(m.TRTSDT) as FIRSTDT, max(m.TRTSDT) as LASTINDT, max(i.LASTINFDT) as LASTINFDT,
        count(*) filter (where m.ENRLFL = 'Y') as NENROLLED,
        count(*) filter (where m.SAFFL = 'Y') as NTREATED,
        count(*) filter (where d.DLTSTAT in ('DLT', 'No DLT')) as NEVAL,
        count(*) filter (where d.DLTSTAT = 'Not evaluable') as NNOTEVAL,
        count(*) filter (where d.DLTSTAT = 'Pending') as NPENDING,
        count(*) filter (where d.DLTSTAT = 'DLT') as NDLT,
        count(d.DLTSTAT) > 0 or count(d.USUBJID) = 0 as COLLECTED
    from member as m
    join selected on selected.USUBJID = m.USUBJID
    left join addl as d on d.USUBJID = m.USUBJID
    left join infusion as i on i.USUBJID = m.USUBJID
    group by all
)
select
    o.SEQ, nullif(o.COHORT, '') as COHORT,
    case when lower(trim(o.COHORT)) in (select COHORTLC from expansion) then 'Y' else 'N' end as EXPFL,
    o.TRTA, o.TRTAN, c.FIRSTDT, c.LASTINDT, c.LASTINFDT, c.NENROLLED, c.NTREATED,
    case when c.COLLECTED then c.NEVAL end as NEVAL,
    case when c.COLLECTED then c.NNOTEVAL end as NNOTEVAL,
    case when c.COLLECTED then c.NPENDING end as NPENDING,
    case when c.COLLECTED then c.NDLT end as NDLT,
    case
        when o.NEXTTRTA is null then 'OPEN'
        when o.NEXTTRTAN > o.TRTAN then 'ESCALATED'
        when o.NEXTTRTAN < o.TRTAN then 'DE-ESCALATED'
        else 'CONTINUED'
    end as FOLLOWCD,
    o.NEXTTRTA, case when lower(trim(o.NEXTCOHORT)) in (select COHORTLC from expansion) then 'Y' else 'N' end as NEXTEXP
from ordered as o
join counted as c on c.COHORT = o.COHORT and c.TRTA = o.TRTA
order by o.SEQ

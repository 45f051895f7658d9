-- Question: how many subjects were treated at each dose level, how many can be judged, and how many had a DLT?
-- Grain: one dose level of the protocol, opened or not, in order of dose; without a protocol one arm.
-- Evaluable = DLT or No DLT; a subject with a DLT is evaluable whatever infusions were missed.
-- Counts of verdicts are NULL where DLTs were not collected. Subjects treated outside the planned levels get a row of
-- their own.
with level as (
    select TRTA, DOSE as TRTAN, DOSELVL
    from trial.dose_level
    union all
    select TRTA, min(TRTAN), null
    from adsl
    where TRTSDT is not null and TRTA is not null and (select count(*) from trial.dose_level) = 0
    group by TRTA
    union all
    select 'No planned level', null, null
    where exists (select 1 from selected where (TRTSDT is not null or FIRSTCD is not null) and TRTA is null)
),
shown as (
    select * from level where $doses is null or list_contains($doses, TRTA) or TRTAN is null
),
subject as (
    select d.*, coalesce(d.TRTA, 'No planned level') as LEVEL
    from addl as d
    join selected on selected.USUBJID = d.USUBJID
),
collected as (
    select count(*) = 0 or count(DLTSTAT) > 0 as COLLECTED from addl
),
expansion as (
    select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION'
)
select
    l.TRTA, l.TRTAN, l.DOSELVL,
    cast(count(s.USUBJID) as integer) as NTREATED,
    cast(count(*) filter (where lower(trim(s.COHORT)) in (select COHORTLC from expansion)) as integer) as NEXP,
    cast(case when c.COLLECTED then count(*) filter (where s.DLTSTAT in ('DLT', 'No DLT')) end as integer) as NEVAL,
    cast(case when c.COLLECTED then count(*) filter (where s.DLTSTAT = 'DLT') end as integer) as NDLT,
    cast(case when c.COLLECTED then count(*) filter (where s.DLTSTAT = 'Pending') end as integer) as NPENDING,
    cast(case when c.COLLECTED then count(*) filter (where s.DLTSTAT = 'Not evaluable') end as integer) as NNOTEVAL,
    cast(case when c.COLLECTED then coalesce(sum(s.NUNJUDG), 0) end as integer) as NUNJUDG,
    min(s.DAYSLEFT) as MINLEFT, max(s.DAYSLEFT) as MAXLEFT,
    min(s.TRTSDT) as FIRSTDT, max(s.TRTSDT) as LASTDT
from shown as l
cross join collected as c
left join subject as s on s.LEVEL = l.TRTA
group by l.TRTA, l.TRTAN, l.DOSELVL, c.COLLECTED
order by l.TRTAN nulls last, l.TRTA

-- Question: what does each enrolled subject tell the escalation rule?
-- Grain: one subject treated, or enrolled and awaiting the first infusion (at the assigned dose level, where there is
-- one), in order of first infusion (until then of enrolment). The reader's filters do not apply: a rule reads
-- everybody. Whose first infusion has no known day is in the order by enrolment, else beside the others of the level.
-- RESULT: N no DLT, T DLT, P pending or awaiting the first infusion; null where the subject tells nothing (not
-- evaluable, DLTs not collected). AWAITCD, AWAITDT: why and since when a subject awaits the first infusion (adsl).
-- Who died or left before the first infusion is no row. DTHADY, DTHLADY: the first and
-- latest study day of a death; DTHAFTDT: the first day of a death that is dated after the data cut alone.
with expansion as (
    select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION'
),
after_cut as (
    select d.USUBJID, min(d.DT) as DTHAFTDT
    from deathtold as d
    join adsl as a on a.USUBJID = d.USUBJID and a.DTHFL is null
    where d.AFTERFL = 'Y'
    group by d.USUBJID
),
enrolled as (
    select
        a.USUBJID, a.TRTSDT, a.TRTSDTM, a.ENRLDT, a.TRTA, a.TRTAN, a.DOSELVL, a.COHORT, a.SUBJID, a.ARM,
        a.AWAITCD, a.AWAITDT,
        coalesce(a.TRTSDT, a.ENRLDT, a.AWAITDT) as KNOWNDT
    from adsl as a
    where a.TRTSDT is not null or a.FIRSTCD is not null or a.AWAITCD is not null
),
-- without any day: the first day of the level; of a level that nobody else is at, after or before all others
ordered as (
    select
        *,
        coalesce(KNOWNDT, min(KNOWNDT) over (partition by DOSELVL),
            case when DOSELVL > max(case when KNOWNDT is not null then DOSELVL end) over () then date '9999-12-31'
                else date '0001-01-01' end) as ORDERDT
    from enrolled
)
select
    e.USUBJID, e.SUBJID, e.TRTA, e.TRTAN, e.DOSELVL, e.COHORT,
    case when lower(trim(e.COHORT)) in (select COHORTLC from expansion) then 'Y' else 'N' end as EXPFL,
    case when d.USUBJID is null then 'N' else 'Y' end as TRTFL,
    e.ENRLDT, e.TRTSDT, e.ARM, case when d.USUBJID is null then e.AWAITCD end as AWAITCD, e.AWAITDT, d.WINENDT,
    coalesce(d.DLTSTAT, case when d.USUBJID is null then 'Awaiting first infusion' end) as DLTSTAT,
    d.DAYSLEFT, d.PENDCD,
    d.UNJTERM, d.UNJCD, d.STOPADY, d.STOPREAS, d.NUNTERM, d.GRDTERM, d.CONTRTERM, d.ONSTERM, d.ONSETCD,
    d.BEFTERM, d.BEFADY, d.WINADY,
    d.LATEADY, d.CNTADY, d.NEXTADY,
    d.SEENADY, d.TOLADY,
    d.TRTP, d.GIVENTRT, d.DOSESHR, d.DOSECD, d.MISSINF, d.MISSREAS, d.GONECD, d.GONEREAS, d.GONEADY,
    y.DTHADY, y.DTHLADY,
    f.DTHAFTDT, d.NUNJUDG,
    coalesce(d.DLTTERM, case when d.DLTSTAT = 'DLT' then 'Term not delivered' end) as DLTTERM, d.DLTADY,
    case
        when d.USUBJID is null then 'P'
        when d.DLTSTAT = 'No DLT' then 'N'
        when d.DLTSTAT = 'DLT' then 'T'
        when d.DLTSTAT = 'Pending' then 'P'
    end as RESULT
from ordered as e
left join addl as d on d.USUBJID = e.USUBJID
left join deathday as y on y.USUBJID = e.USUBJID
left join after_cut as f on f.USUBJID = e.USUBJID
order by
    -- supposed subjects come after everybody
    case when e.USUBJID like 'HYPOTHETICAL-%' then 1 else 0 end,
    e.ORDERDT, case when e.TRTSDT is null then 1 else 0 end, e.TRTSDTM nulls first, e.USUBJID

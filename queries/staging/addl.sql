-- Question: what does each treated subject say about dose-limiting toxicity?
-- Grain: one treated subject.
-- Reads: adae, adexsum, adsl, contact, departure, source.ds, source.lb, source.sv, source.vs, trial.dose_level
-- Reads: trial.settings
-- A subject with an adjudicated DLT is evaluable whatever else happened. Days count from the first infusion (day 1).
-- Pending: the window is open; or an event of grade 3 or worse in it is not judged (a DLT would make even a subject
-- with a smaller dose evaluable); or less than the stated share of the dose was given for toxicity or an unknown
-- reason, or the dose is not known (adexsum: DOSECD); or the window is over but the subject was last seen more than 7 days before its
-- end.
with collected as (
    -- No verdict at all means "not collected", unless the protocol has dose levels, events were delivered and
    -- none of them is of the kind that is put before the adjudicators (grade 3 or worse inside the window).
    select
        count(*) filter (where DLTFL is not null) > 0
            or ((select count(*) from trial.dose_level) > 0 and count(*) > 0
                and count(*) filter (where DLTWINFL = 'Y' and GR3FL = 'Y') = 0)
            as COLLECTED
    from adae
),
-- Last contact means something only where visits are recorded: with doses and events alone, the calendar decides.
visited as (
    select exists (select 1 from source.sv) or exists (select 1 from source.vs)
        or exists (select 1 from source.lb) as VISITED
),
treated as (
    select
        a.*, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, c.COLLECTED
    from adsl as a
    cross join trial.settings as s
    cross join collected as c
    where a.TRTSDT is not null
),
-- what a subject died of: as the disposition says it, else the fatal event
death_term as (
    select USUBJID, min(regexp_extract(lower(DSTERM), '^(death|died) *(due to|because of|caused by|of|from) +(.+)$', 3))
        as TERM
    from source.ds
    where upper(DSDECOD) = 'DEATH' and regexp_matches(lower(DSTERM),
        '^(death|died) *(due to|because of|caused by|of|from) +(.+)$')
    group by USUBJID
),
fatal_event as (
    select USUBJID, string_agg(distinct lower(AEDECOD), ', ' order by lower(AEDECOD)) as TERM
    from adae
    where upper(AEOUT) = 'FATAL' or ATOXGR = 5
    group by USUBJID
),
cause as (
    select t.USUBJID, coalesce(d.TERM, f.TERM) as CAUSE
    from treated as t
    left join death_term as d on d.USUBJID = t.USUBJID
    left join fatal_event as f on f.USUBJID = t.USUBJID
),
dlt as (
    select
        USUBJID, count(*) as NDLT,
        string_agg(AEDECOD, '; ' order by ASTDT, AESEQ) as DLTTERM,
        min(ASTDT) as DLTDT, min(ADY) as DLTADY, max(ATOXGR) as DLTGR
    from adae
    where DLTFL = 'Y'
    group by USUBJID
),
unjudged as (
    select
        USUBJID, count(*) as NUNJUDG,
        string_agg(distinct AEDECOD, ', ' order by AEDECOD) as UNJTERM,
        count(*) filter (where AEDECOD is null) as NUNTERM
    from adae
    where DLTWINFL = 'Y' and GR3FL = 'Y' and DLTFL is null
    group by USUBJID
),
seen as (
    -- a death after the window says that the subject was alive in it
    select t.USUBJID, greatest(c.LASTDT, case when t.DTHDT <= t.CUTDT then t.DTHDT end, t.TRTSDT) as SEENDT
    from treated as t
    left join contact as c on c.USUBJID = t.USUBJID
),
awaited as (
    select
        t.USUBJID, u.USUBJID is not null as UNJUDGED,
        t.WINENDT > t.CUTDT as WINOPEN,
        v.VISITED and s.SEENDT < t.WINENDT - 7 as UNSEEN,
        case when UNSEEN and not WINOPEN then s.SEENDT - t.TRTSDT + 1 end as SEENADY
    from treated as t
    cross join visited as v
    left join seen as s on s.USUBJID = t.USUBJID
    left join unjudged as u on u.USUBJID = t.USUBJID
),
-- Why a subject without a DLT would not be evaluable: a smaller dose, or gone before the end of the window.
absent as (
    select
        t.USUBJID,
        m.NDOSE1, m.PLANDOSE, m.GIVEDOSE, m.DOSESHR, m.DOSECD, m.MISSINF, m.MISSREAS,
        case
            when t.DTHDT <= t.WINENDT then 'DIED'
            when l.LEFTDT < t.WINENDT and upper(l.LEFTREAS) like '%WITHDRAW%' then 'WITHDRAWN'
            when l.LEFTDT < t.WINENDT and upper(l.LEFTREAS) like 'LOST%' then 'LOST TO FOLLOW-UP'
            when l.LEFTDT < t.WINENDT then 'LEFT STUDY'
        end as GONECD,
        case GONECD when 'DIED' then cause.CAUSE when 'LEFT STUDY' then lower(l.LEFTREAS) end as GONEREAS,
        case when GONECD = 'DIED' then t.DTHDT when GONECD is not null then l.LEFTDT end as GONEDT,
        -- the first day on which a cut would have read the subject as not evaluable
        least(
            case when t.DTHDT <= t.WINENDT then t.DTHDT end,
            case when l.LEFTDT < t.WINENDT then l.LEFTDT end,
            m.MISSDT
        ) as NEDT
    from treated as t
    left join adexsum as m on m.USUBJID = t.USUBJID
    left join departure as l on l.USUBJID = t.USUBJID
    left join cause on cause.USUBJID = t.USUBJID
),
evaluated as (
    select
        t.*, r.NDOSE1, r.PLANDOSE, r.GIVEDOSE, r.DOSESHR, r.DOSECD, r.MISSINF, r.MISSREAS,
        r.GONECD, r.GONEREAS, r.GONEDT - t.TRTSDT + 1 as GONEADY, r.NEDT,
        w.UNJUDGED, w.WINOPEN, w.UNSEEN, w.SEENADY,
        d.NDLT, d.DLTTERM, d.DLTDT, d.DLTADY, d.DLTGR
    from treated as t
    left join awaited as w on w.USUBJID = t.USUBJID
    left join absent as r on r.USUBJID = t.USUBJID
    left join dlt as d on d.USUBJID = t.USUBJID
),
status as (
    select
        *,
        case
            when not COLLECTED then null
            when NDLT > 0 then 'DLT'
            when UNJUDGED then 'Pending'
            when DOSECD in ('TOXICITY', 'DOUBT', 'NOREASON') then 'Pending'
            when DOSECD = 'REDUCED' or GONECD is not null then 'Not evaluable'
            when WINOPEN or UNSEEN or DOSECD = 'UNKNOWN' then 'Pending'
            else 'No DLT'
        end as DLTSTAT
    from evaluated
)
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DOSELVL, s.DISEASE, s.COHORT, s.TRTSDT, s.WINENDT,
    s.DLTSTAT,
    cast(case when s.DLTSTAT = 'Pending' and s.WINOPEN then s.WINENDT - s.CUTDT end as integer) as DAYSLEFT,
    u.UNJTERM, cast(coalesce(u.NUNTERM, 0) as integer) as NUNTERM,
    cast(s.SEENADY as integer) as SEENADY,
    s.TRTP, s.GIVENTRT, s.PLANDOSE, s.GIVEDOSE, s.DOSESHR, s.DOSECD, s.MISSINF, s.MISSREAS,
    s.GONECD, s.GONEREAS, cast(s.GONEADY as integer) as GONEADY,
    case when s.DLTSTAT in ('Not evaluable', 'DLT') then s.NEDT end as NEDT,
    s.NDOSE1,
    s.DLTTERM, s.DLTDT, s.DLTADY, s.DLTGR,
    cast(coalesce(s.NDLT, 0) as integer) as NDLT,
    cast(coalesce(u.NUNJUDG, 0) as integer) as NUNJUDG
from status as s
left join unjudged as u on u.USUBJID = s.USUBJID
order by s.TRTSDT, s.USUBJID

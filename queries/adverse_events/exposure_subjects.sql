-- Question: what was each treated subject given against what was planned, and which courses were late, which infusions
--     smaller, interrupted or missed, and why?
-- Grain: one treated subject.
-- An infusion is all that was given on one day of a course: what was interrupted and completed is two records. Records
-- of a partial date are not put together.
-- $course_days: from the start of a course to that of the next as planned (null where not stated). $delay_days: so many
-- days later is not yet a delay.
-- NDUE: infusions due in the courses begun, up to the cut. PLANNED: their dose (the level's dose each; null without
-- one). GIVEN: what was given, null where one amount is not known. RDI: relative dose intensity, what was given in the
-- time that the courses begun took (each next one from its start, the last one course_days) of what was planned in the
-- planned time. LATEST: the longest interval between two courses. NLATE: courses later than planned and delay_days.
-- NREDUCED: infusions of a smaller dose than the level's, beyond the tolerance; NINTER: of them those whose reason says
-- interrupted (not among NREDUCED); NMISSED: due while the subject was alive and on study, and not given; NNODOSE:
-- infusions whose dose is not known. NGIVEN and NMISSED are not known where a day gave more than the level's dose in
-- several records and a day is lacking: one of them may belong there. REASONS: as delivered, of records of EX. ACTIONS:
-- events with the action taken.
with person as (
    select
        a.USUBJID, a.SUBJID, coalesce(a.TRTA, 'No planned level') as TRTA, a.TRTAN, a.DISEASE, a.TRTSDT, a.DOSE,
        a.CUTDT, a.CUMDOSE, a.CUMMISS, s.INFUSIONS, s.DOSETOL,
        least(a.CUTDT, coalesce(a.DTHDT, a.CUTDT), coalesce(a.EOSDT, a.CUTDT)) as UNTILDT
    from selected as a
    cross join trial.settings as s
    where a.TRTSDT is not null
),
infusion as (
    select
        x.USUBJID, x.COURSE, x.ASTDT, case when count(x.NDAYS) = count(*) then max(x.NDAYS) end as NDAYS,
        -- what one day gave: a record of two doses a day gives both
        case when count(x.DOSE) = count(*) then sum(coalesce(x.AMOUNT / x.NDAYS, x.DOSE)) end as DAYDOSE,
        coalesce(bool_or(regexp_matches(upper(x.EXADJ), 'INTERRUPT|STOPPED')), false) as ISINTER,
        DAYDOSE < p.DOSE * (1 - p.DOSETOL) as ISLESS,
        count(*) > 1 and coalesce(DAYDOSE > p.DOSE * (1 + p.DOSETOL), true) as ISDOUBLED
    from adex as x
    join person as p on p.USUBJID = x.USUBJID
    group by x.USUBJID, x.COURSE, x.ASTDT, case when x.ASTDTF is not null then x.EXSEQ end, p.DOSE, p.DOSETOL
),
course as (
    select
        USUBJID, COURSE, min(ASTDT) as COURSEDT,
        case when count(NDAYS) = count(*) then sum(NDAYS) end as NDOSED,
        count(*) filter (where ISLESS and not ISINTER) as NREDUCED,
        count(*) filter (where ISINTER) as NINTER,
        count(*) filter (where DAYDOSE is null) as NNODOSE, bool_or(ISDOUBLED) as DOUBLED
    from infusion
    group by USUBJID, COURSE
),
due as (
    select
        c.*, c.COURSEDT - lag(c.COURSEDT) over (partition by c.USUBJID order by c.COURSE) as LATER,
        least(p.INFUSIONS, p.CUTDT - c.COURSEDT + 1) as NDUE,
        least(p.INFUSIONS, p.UNTILDT - c.COURSEDT + 1) as NEXPECTED,
        case when not (c.DOUBLED and c.NDOSED < NEXPECTED) then c.NDOSED end as NGIVEN,
        greatest(NEXPECTED - NGIVEN, 0) as NMISSED
    from course as c
    join person as p on p.USUBJID = c.USUBJID
),
summed as (
    select
        USUBJID, count(*) as NCOURSE, sum(NDUE) as NDUE, sum(NGIVEN) as NGIVEN, sum(NMISSED) as NMISSED,
        sum(NREDUCED) as NREDUCED, sum(NINTER) as NINTER, sum(NNODOSE) as NNODOSE, max(LATER) as LATEST,
        string_agg(cast(LATER as varchar), ', ' order by COURSE) as INTERVALS,
        count(*) filter (where LATER > cast($course_days as integer) + cast($delay_days as integer)) as NLATE,
        count(*) filter (where NGIVEN is null) as NUNTOLD,
        max(COURSEDT) - min(COURSEDT) + cast($course_days as integer) as NDAYS
    from due
    group by USUBJID
),
reason as (
    select USUBJID, string_agg(distinct TEXT, '; ' order by TEXT) as REASONS
    from (
        select e.USUBJID, concat_ws(', ', e.EXADJ, e.EXREASOC, e.EXREASND) as TEXT
        from source.ex as e
        where not exists (select 1 from exother as o where o.USUBJID = e.USUBJID and o.EXSEQ = e.EXSEQ)
    )
    where TEXT <> ''
    group by USUBJID
),
action as (
    select
        USUBJID, string_agg(distinct TERM || ' (' || lower(AEACN) || ')', '; ' order by
            TERM || ' (' || lower(AEACN) || ')') as ACTIONS
    from (select *, coalesce(AEDECOD, 'Term not delivered') as TERM from adae)
    where TRTEMFL = 'Y' and regexp_matches(upper(AEACN), 'REDUCED|INTERRUPT|DELAYED|HELD|OMITTED|WITHDRAWN|DISCONTINU')
      and upper(AEACN) not like 'NOT %'
    group by USUBJID
)
select
    p.USUBJID, p.SUBJID, p.TRTA, p.TRTAN, p.DISEASE, cast(s.NCOURSE as integer) as NCOURSE,
    cast(s.NDUE as integer) as NDUE, case when s.NUNTOLD = 0 then cast(s.NGIVEN as integer) end as NGIVEN,
    p.DOSE * s.NDUE as PLANNED, case when p.CUMMISS = 0 then p.CUMDOSE end as GIVEN,
    p.CUMDOSE / (p.DOSE * s.NDUE) as DOSESHR,
    (p.CUMDOSE / s.NDAYS) / (p.DOSE * s.NDUE / (s.NCOURSE * cast($course_days as integer))) as RDI,
    s.INTERVALS, cast(s.LATEST as integer) as LATEST,
    case when $course_days is not null then cast(s.NLATE as integer) end as NLATE,
    case when p.DOSE is not null then cast(s.NREDUCED as integer) end as NREDUCED, cast(s.NINTER as integer) as NINTER,
    case when s.NUNTOLD = 0 then cast(s.NMISSED as integer) end as NMISSED, cast(s.NNODOSE as integer) as NNODOSE,
    r.REASONS, a.ACTIONS
from person as p
join summed as s on s.USUBJID = p.USUBJID
left join reason as r on r.USUBJID = p.USUBJID
left join action as a on a.USUBJID = p.USUBJID
order by p.TRTAN nulls last, p.TRTA, p.TRTSDT, p.USUBJID

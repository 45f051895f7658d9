-- Question: when did each event of special interest first begin in each subject, how long did it last, how did it end,
--     and did it come back in later courses?
-- Grain: one treated subject and one category of special interest that it had.
-- What began before the first infusion and was fatal after it is dated by the death (AEWORSDT, its first possible day),
-- here called its onset; how long it had lasted by then is no duration.
-- An event's course is the last one begun by its onset; null where several were given and the onset has no full date.
-- FIRSTDY: the day of the first onset known. DURATION: of that first event, in days, first and last day counted; null
-- where it has not ended (ONGOFL) or a date is not full. COURSES: the courses in which one began; NUNCRS: events of
-- unknown course. NCOURSE: courses given. RECURFL: Y began in a later course than the first affected, N it did not
-- though a later course was given; null where none was, or the course of an event is not known.
with person as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, TRTSDT
    from selected
    where TRTSDT is not null
),
course as (
    select *, count(*) over (partition by USUBJID) as NCOURSE
    from (select USUBJID, COURSE, min(ASTDT) as COURSEDT from adex group by USUBJID, COURSE)
),
dated as (
    select
        a.* replace (
            coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, coalesce(a.AEWORSDT, a.ASTDT) as ASTDT,
            coalesce(a.AEWORSDT - p.TRTSDT + 1, a.ADY) as ADY,
            case when a.AEWORSDT is null then a.ASTDTF
                when a.AEWORSDT is distinct from coalesce(a.AENDT, y.DTHDTL) then 'D' end as ASTDTF)
    from adae as a
    join person as p on p.USUBJID = a.USUBJID
    left join deathday as y on y.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y' and a.AESICAT is not null
),
placed as (
    select
        a.USUBJID, a.AESICAT, a.AESEQ, a.AEDECOD, a.ATOXGR, a.AEOUT, a.ASTDT, a.ASTDTF, a.ADY, a.AENDT, a.AENDTF,
        a.AEWORSDT, max(c.NCOURSE) as NCOURSE, max(c.COURSE) filter (where c.COURSEDT <= a.ASTDT) as BEGUN
    from dated as a
    left join course as c on c.USUBJID = a.USUBJID
    group by all
),
event as (
    select *, case when NCOURSE = 1 then 1 when ASTDTF is null and ASTDT is not null then BEGUN end as COURSE
    from placed
),
first_event as (
    select *
    from event
    where ASTDT is not null
    qualify row_number() over (partition by USUBJID, AESICAT order by ASTDT, coalesce(ATOXGR, 0) desc, AESEQ) = 1
),
told as (
    select
        USUBJID, AESICAT, count(*) as NEVENT, max(ATOXGR) as WORST,
        -- the worst event, of several the last
        arg_max(AEDECOD, (coalesce(ATOXGR, 0), coalesce(ASTDT, date '1900-01-01'))) as AEDECOD,
        arg_max(coalesce(AEOUT, ''), (coalesce(ATOXGR, 0), coalesce(ASTDT, date '1900-01-01'))) as AEOUT,
        string_agg(distinct cast(COURSE as varchar), ', ' order by cast(COURSE as varchar)) as COURSES,
        count(*) filter (where COURSE is null) as NUNCRS, min(COURSE) as FIRSTCRS, max(COURSE) as LASTCRS,
        max(NCOURSE) as NCOURSE
    from event
    group by USUBJID, AESICAT
)
select
    p.USUBJID, p.SUBJID, p.TRTA, p.TRTAN, p.DISEASE, t.AESICAT, t.AEDECOD, cast(t.WORST as integer) as WORST,
    cast(t.NEVENT as integer) as NEVENT, cast(f.ADY as integer) as FIRSTDY, f.ASTDTF as FIRSTDTF,
    case when f.AEWORSDT is null and f.ASTDTF is null and f.AENDTF is null and f.AENDT >= f.ASTDT
        then cast(f.AENDT - f.ASTDT + 1 as integer) end as DURATION,
    case when f.USUBJID is not null and f.AENDT is null and coalesce(f.ATOXGR, 0) < 5 then 'Y' else 'N' end as ONGOFL,
    nullif(t.AEOUT, '') as AEOUT, t.COURSES, cast(t.NUNCRS as integer) as NUNCRS, cast(t.NCOURSE as integer) as NCOURSE,
    case when t.LASTCRS > t.FIRSTCRS then 'Y' when t.NUNCRS = 0 and t.NCOURSE > t.FIRSTCRS then 'N' end as RECURFL
from told as t
join person as p on p.USUBJID = t.USUBJID
left join first_event as f on f.USUBJID = t.USUBJID and f.AESICAT = t.AESICAT
order by t.AESICAT, t.WORST desc nulls last, p.TRTAN nulls last, p.TRTA, p.USUBJID

-- Question: what did each treated subject receive in the first course, against what was planned?
-- Grain: one treated subject.
-- Reads: adex, adsl, departure, source.ex, trial.settings
-- MISSINF: the infusions that were due and not given, by number. MISSREAS: why, where it is delivered. MISSDT: the
-- first day on which a data cut would have known it.
with treated as (
    select
        a.USUBJID, a.TRTSDT, a.DTHDT, a.CUTDT, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT,
        s.INFUSIONS as PLANNED,
        -- the day the last infusion of the first course was due has gone by
        a.CUTDT > a.TRTSDT + cast(s.INFUSIONS - 1 as integer) as COURSEDUE
    from adsl as a
    cross join trial.settings as s
    where a.TRTSDT is not null
),
first_course as (
    select USUBJID, count(distinct ASTDT) as NDOSE1, max(COURSEDY) as LASTDAY
    from adex
    where COURSE = 1
    group by USUBJID
),
planned_infusion as (
    select t.USUBJID, t.TRTSDT + cast(n.INFUSION - 1 as integer) as DUEDT, n.INFUSION, t.PLANNED, f.NDOSE1, f.LASTDAY
    from treated as t
    join first_course as f on f.USUBJID = t.USUBJID
    cross join (select unnest(range(1, (select max(INFUSIONS) from trial.settings) + 1)) as INFUSION) as n
    where f.NDOSE1 < t.PLANNED
),
-- On consecutive days the day missed names the infusion; where the course was delayed, the last ones are missing.
missed as (
    select
        p.USUBJID, min(p.DUEDT) as FIRSTDUEDT,
        string_agg(cast(p.INFUSION as varchar), ', ' order by p.INFUSION) as INFUSIONS
    from planned_infusion as p
    left join adex as e on e.USUBJID = p.USUBJID and e.COURSE = 1 and e.ASTDT = p.DUEDT
    where case when p.LASTDAY <= p.PLANNED then e.USUBJID is null else p.INFUSION > p.NDOSE1 end
    group by p.USUBJID
),
not_given as (
    -- why, where the infusion that was not given is delivered as a dose of 0 with a reason
    select x.USUBJID, lower(regexp_replace(min(x.EXADJ), '^missed: *', '', 'i')) as WHY
    from source.ex as x
    join treated as t on t.USUBJID = x.USUBJID and x.EXSTDT between t.TRTSDT and t.WINENDT
    where x.EXDOSE = 0 and x.EXADJ is not null
    group by x.USUBJID
)
select
    t.USUBJID,
    cast(f.NDOSE1 as integer) as NDOSE1,
    case
        when t.COURSEDUE
            -- who had died or left before the infusion was due did not miss it
            and not coalesce(least(t.DTHDT, l.LEFTDT) <= m.FIRSTDUEDT, false)
            then m.INFUSIONS
    end as MISSINF,
    case when MISSINF is not null then n.WHY end as MISSREAS,
    case when MISSINF is not null then t.TRTSDT + cast(t.PLANNED as integer) end as MISSDT
from treated as t
left join first_course as f on f.USUBJID = t.USUBJID
left join missed as m on m.USUBJID = t.USUBJID
left join not_given as n on n.USUBJID = t.USUBJID
left join departure as l on l.USUBJID = t.USUBJID
order by t.USUBJID

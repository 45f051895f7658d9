-- Question: what did each treated subject receive in the first course, against what was planned?
-- Grain: one treated subject.
-- Reads: adex, adsl, departure, dosereason, exdose, trial.settings
-- PLANDOSE: the dose of the level that counts, times the planned infusions; GIVEDOSE: the sum of the amounts given,
-- unknown where one of them is. DOSESHR: given of planned (of the infusions where the level has no dose).
-- MISSINF: the infusions that were due and not given, by number. MISSREAS: why less was given, where it is delivered.
-- DOSECD, once the course is over: UNKNOWN (the dose, the number or the date of an infusion cannot be told); where the
-- share is below the trial's least: REDUCED (for a reason that is not toxicity), TOXICITY, DOUBT (a reason that names
-- neither), NOREASON; ABOVE, BELOW (more or less than planned, beyond the tolerance). MISSDT: the first day on which a
-- data cut would have known that a subject so REDUCED is not evaluable.
with treated as (
    select
        a.USUBJID, a.TRTSDT, a.DTHDT, a.CUTDT, a.DOSE as LEVELDOSE, s.INFUSIONS as PLANNED, s.MINSHARE, s.DOSETOL,
        a.DOSE * s.INFUSIONS as PLANDOSE,
        -- the day the last infusion of the first course was due has gone by
        a.CUTDT > a.TRTSDT + cast(s.INFUSIONS - 1 as integer) as COURSEDUE
    from adsl as a
    cross join trial.settings as s
    where a.TRTSDT is not null
),
given_on as (
    select
        USUBJID, ASTDT, max(COURSEDY) as COURSEDY, sum(NDAYS) as DAYSUM, max(NDAYS) as NDAYS, count(*) as NROWS,
        count(*) filter (where ASTDTF is not null) as NUNDATED,
        case when count(AMOUNT) = count(*) then sum(AMOUNT) end as AMOUNT
    from adex
    where COURSE = 1
    group by USUBJID, ASTDT
),
first_course as (
    select
        g.USUBJID, max(g.COURSEDY) as LASTDAY, sum(g.NUNDATED) > 0 as UNDATED,
        case when count(g.NDAYS) = count(*) then sum(g.NDAYS) end as NDOSE1,
        case when count(g.AMOUNT) = count(*) then sum(g.AMOUNT) end as GIVEDOSE,
        -- two infusions written for one day, of more than the level's dose: one may belong to another day
        bool_or(g.NROWS > 1 and coalesce(g.AMOUNT > t.LEVELDOSE * (1 + t.DOSETOL), true)) as DOUBLED
    from given_on as g
    join treated as t on t.USUBJID = g.USUBJID
    group by g.USUBJID
),
undated as (
    select distinct USUBJID
    from exdose
    where EXSTDT is null and GIVENFL = 'Y'
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
compared as (
    select
        t.*, f.NDOSE1, f.GIVEDOSE, n.REASON, n.REASCD, m.INFUSIONS,
        -- who had died or left before the infusion was due did not miss it
        coalesce(least(t.DTHDT, l.LEFTDT) <= m.FIRSTDUEDT, false) as GONE,
        case when t.LEVELDOSE is not null then f.GIVEDOSE / t.PLANDOSE else f.NDOSE1 / t.PLANNED end as DOSESHR,
        f.NDOSE1 is null or (f.NDOSE1 < t.PLANNED and (f.DOUBLED or f.UNDATED or u.USUBJID is not null)) as UNTOLD
    from treated as t
    left join first_course as f on f.USUBJID = t.USUBJID
    left join missed as m on m.USUBJID = t.USUBJID
    left join undated as u on u.USUBJID = t.USUBJID
    left join dosereason as n on n.USUBJID = t.USUBJID
    left join departure as l on l.USUBJID = t.USUBJID
),
coded as (
    select
        *,
        case
            when not COURSEDUE or GONE then null
            when UNTOLD or DOSESHR is null then 'UNKNOWN'
            when round(DOSESHR - MINSHARE, 9) < 0 then
                case REASCD when 'OTHER' then 'REDUCED' when 'TOXICITY' then 'TOXICITY' when 'DOUBT' then 'DOUBT'
                    else 'NOREASON' end
            when round(DOSESHR - 1 - DOSETOL, 9) > 0 then 'ABOVE'
            when round(DOSESHR - 1 + DOSETOL, 9) < 0 then 'BELOW'
        end as DOSECD
    from compared
)
select
    USUBJID,
    cast(NDOSE1 as integer) as NDOSE1, PLANDOSE, GIVEDOSE, DOSESHR, DOSECD,
    case when COURSEDUE and not GONE and not UNTOLD then INFUSIONS end as MISSINF,
    case when MISSINF is not null or DOSECD in ('REDUCED', 'TOXICITY', 'DOUBT') then REASON end as MISSREAS,
    case when DOSECD = 'REDUCED' then TRTSDT + cast(PLANNED as integer) end as MISSDT
from coded
order by USUBJID

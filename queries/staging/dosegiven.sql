-- Question: which planned dose level was each treated subject given in the first course, by the doses themselves?
-- Grain: one treated subject whose every infusion of the first course was of one planned level.
-- Reads: adex, trial.dose_level, trial.settings
-- Kept: no
-- Kept by adsl. The doses of one day are added up and belong to the nearest level, where they lie within the tolerance
-- (DOSETOL) of it; doses of two levels, of none or of an unknown number of infusions name no level.
with of_day as (
    select
        USUBJID, ASTDT,
        case when count(*) filter (where DOSE is null or NDAYS is null) = 0 then sum(DOSE) end as DAYDOSE
    from adex
    where COURSE = 1
    group by USUBJID, ASTDT
),
nearest as (
    select d.USUBJID, d.ASTDT, arg_min(l.DOSELVL, (abs(d.DAYDOSE - l.DOSE), l.DOSE)) as DOSELVL
    from of_day as d
    join trial.dose_level as l on true
    cross join trial.settings as s
    where abs(d.DAYDOSE - l.DOSE) <= s.DOSETOL * l.DOSE + 1e-9
    group by d.USUBJID, d.ASTDT
)
select d.USUBJID, min(n.DOSELVL) as DOSELVL
from of_day as d
left join nearest as n on n.USUBJID = d.USUBJID and n.ASTDT = d.ASTDT
group by d.USUBJID
having count(n.DOSELVL) = count(*) and count(distinct n.DOSELVL) = 1

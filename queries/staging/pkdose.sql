-- Question: when did each infusion begin and end, how much did it give, and when did the next one begin?
-- Grain: one day on which the study drug was given; several records of a day are one dose in parts.
-- Reads: adex, trial.settings
-- DOSEDUR: hours from the first start to the last end, by their clock times; where these were not written, the planned
-- length where the trial states one (DURFROM 'PLANNED'), else unknown. Where the drug was not infused it is 0.
-- NEXTHOUR: hours to the start of the next infusion, by the clock times; NEXTDAYS the same in days, by the dates.
-- FIRSTFL: the first infusion of a course, before which no drug is left over.
with dose as (
    select
        USUBJID, COURSE, COURSEDY, min(ASTDT) as ASTDT,
        case when count(ASTDTM) = count(*) then min(ASTDTM) end as ASTDTM,
        case when count(AENDTM) = count(*) then max(AENDTM) end as AENDTM,
        case when count(DOSEMG) = count(*) and bool_and(NDAYS = 1) then sum(DOSEMG) end as DOSEMG,
        case when count(DOSE) = count(*) and bool_and(NDAYS = 1) then sum(DOSE) end as DOSE,
        any_value(DOSEU) as DOSEU, any_value(BSA) as BSA, any_value(WEIGHT) as WEIGHT,
        case
            when bool_or(regexp_matches(upper(EXROUTE), 'BOLUS|PUSH')) then 'BOLUS'
            when count(EXROUTE) = 0 or bool_or(regexp_matches(upper(EXROUTE), 'INTRAV|INFUS|DRIP|^I\.?V'))
                then 'INFUSION'
            else 'EXTRAVASCULAR'
        end as ROUTE
    from adex
    group by USUBJID, COURSE, COURSEDY
),
timed as (
    select
        *, date_diff('second', ASTDTM, AENDTM) / 3600 as WRITTEN,
        date_diff('second', ASTDTM, lead(ASTDTM) over following) / 3600 as NEXTHOUR,
        cast(lead(ASTDT) over following - ASTDT as integer) as NEXTDAYS
    from dose
    window following as (partition by USUBJID order by ASTDT, COURSE, COURSEDY)
)
select
    t.* exclude (WRITTEN),
    case
        when ROUTE <> 'INFUSION' then 0
        when WRITTEN > 0 and WRITTEN < 24 then WRITTEN
        when isfinite(s.INFHOURS) then s.INFHOURS
    end as DOSEDUR,
    case
        when ROUTE <> 'INFUSION' then null
        when WRITTEN > 0 and WRITTEN < 24 then 'ACTUAL'
        when isfinite(s.INFHOURS) then 'PLANNED'
    end as DURFROM,
    case when COURSEDY = 1 then 'Y' end as FIRSTFL
from timed as t
cross join trial.settings as s
order by USUBJID, COURSE, COURSEDY

-- Question: who are the treated subjects: age, sex, disease, prior anthracyclines and transplant, heart function at
--     baseline?
-- Grain: one category of one characteristic, or the median and range of one measurement.
with treated as (
    select * from selected where SAFFL = 'Y'
),
total as (select count(*) as N from treated),
-- one baseline a subject, that of the echocardiogram where several methods have one
heart as (
    select cv.USUBJID, cv.AVAL
    from treated
    join adcv as cv on cv.USUBJID = treated.USUBJID and cv.PARAMCD = 'LVEF' and cv.ABLFL = 'Y' and cv.AVAL is not null
    qualify row_number() over (partition by cv.USUBJID
        order by case when cv.SERIES = 'Echocardiography' then 0 else 1 end, cv.SERIES) = 1
),
category as (
    select 1 as SORT, 'Age' as ITEM, coalesce(AGEGR1, 'Unknown') as CATEGORY, count(*) as NUMBER, min(AGE) as WITHIN
        from treated group by AGEGR1
    union all
    select 3, 'Sex', case SEX when 'F' then 'Female' when 'M' then 'Male' else 'Unknown' end, count(*), null
        from treated group by all
    union all
    select 4, 'Disease', coalesce(DISEASE, 'Unknown'), count(*), null from treated group by DISEASE
    union all
    select 5, 'Prior anthracycline', HAD, count(*), RANKED
    from (
        select
            case when PANTMISS > 0 then 'Dose not fully known' when PANTDOX > 0 then 'Dose known'
                else 'None recorded' end as HAD,
            case when PANTMISS > 0 then 2 when PANTDOX > 0 then 1 else 3 end as RANKED
        from treated
    )
    group by HAD, RANKED
    union all
    select 7, 'Prior stem cell transplant', case PRIHSCT when 'Y' then 'Yes' else 'None recorded' end, count(*),
        case PRIHSCT when 'Y' then 1 else 2 end
    from treated group by PRIHSCT
),
measurement as (
    select 2 as SORT, 'Age' as ITEM, 'years' as CATEGORY, count(AGE) as NUMBER, median(AGE) as MEDIAN, min(AGE) as LOW,
        max(AGE) as HIGH, null as OUTOF from treated
    union all
    select 6, 'Prior anthracycline', 'mg/m² doxorubicin equivalents, where known', count(PANTDOX), median(PANTDOX),
        min(PANTDOX), max(PANTDOX), null
    from treated where PANTMISS = 0 and PANTDOX > 0
    union all
    select 8, 'Ejection fraction at baseline', '% (LVEF)', count(cv.AVAL), median(cv.AVAL), min(cv.AVAL), max(cv.AVAL),
        null
    from heart as cv
    union all
    select 9, 'Ejection fraction at baseline', 'below 50 %', count(*) filter (where cv.AVAL < 50), null, null, null,
        count(*)
    from heart as cv
)
select SORT, ITEM, CATEGORY, NUMBER, total.N as OUTOF, cast(null as double) as MEDIAN, cast(null as double) as LOW,
    cast(null as double) as HIGH, WITHIN
from category cross join total
union all
select SORT, ITEM, CATEGORY, NUMBER, coalesce(OUTOF, total.N), MEDIAN, LOW, HIGH, null
from measurement cross join total
order by SORT, WITHIN nulls last, CATEGORY

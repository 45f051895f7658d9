-- Question: what were median and quartiles of a test ($test, in $unit) at each dose, by week or by visit ($by)?
-- Grain: one dose and week since the first infusion (DAY; week 0 holds days 1 to 7) or planned visit (VISIT); each
-- subject counts once, with its last value in it. X: the middle day of the week, or the visit's order.
with drawn as (
    select
        s.USUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, l.ADT, l.AVAL, l.VISITNUM,
        case when $by = 'VISIT' then l.AVISIT end as VISIT,
        case when $by = 'VISIT' then l.VISITNUM
             else floor((l.ADY - case when l.ADY > 0 then 1 else 0 end) / 7) end as PLACE
    from adlb as l
    join selected as s on s.USUBJID = l.USUBJID
    where s.SAFFL = 'Y' and l.PARAMCD = $test and l.ANL01FL = 'Y' and coalesce(l.AVALU, '') = $unit
      and l.ADY is not null and l.ADTF is null and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
      and ($by = 'DAY' or (l.VISITNUM is not null and upper(coalesce(l.AVISIT, '')) not like 'UNSCH%'))
),
once as (
    select USUBJID, TRTA, TRTAN, PLACE, any_value(VISIT) as VISIT, arg_max(AVAL, ADT) as AVAL
    from drawn
    group by USUBJID, TRTA, TRTAN, PLACE
),
visit as (
    select PLACE, row_number() over (order by PLACE) as X, min(VISIT) as VISIT from once group by PLACE
)
select
    o.TRTA, o.TRTAN, o.PLACE, v.VISIT,
    case when $by = 'VISIT' then v.X else o.PLACE * 7 + 4 end as X,
    cast(count(*) as integer) as N, median(o.AVAL) as MEDIAN,
    quantile_cont(o.AVAL, 0.25) as Q1, quantile_cont(o.AVAL, 0.75) as Q3, min(o.AVAL) as LOW, max(o.AVAL) as HIGH
from once as o
join visit as v on v.PLACE = o.PLACE
group by o.TRTA, o.TRTAN, o.PLACE, v.VISIT, v.X
order by o.TRTAN nulls last, o.TRTA, o.PLACE

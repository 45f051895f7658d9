-- Question: what are the pharmacokinetic parameters of an analyte ($analyte) at each dose, and of all doses together?
-- Grain: one parameter after one infusion at one dose; TRTA is empty for all doses together.
-- Geometric mean and geometric coefficient of variation, the square root of exp(variance of the logarithms) less 1, of
-- values that are all above 0. NMISS: profiles without this parameter.
with value as (
    select coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, p.*
    from adpp as p
    join selected as s on s.USUBJID = p.USUBJID
    where s.SAFFL = 'Y' and p.ANALYTE = $analyte
)
select
    TRTA, TRTAN, COURSE, COURSEDY, PARAMCD, PARAM, AVALU,
    cast(count(AVAL) as integer) as N, cast(count(*) - count(AVAL) as integer) as NMISS,
    case when min(AVAL) > 0 then exp(avg(ln(nullif(AVAL, 0)))) end as GEOMEAN,
    case when min(AVAL) > 0 then sqrt(exp(var_samp(ln(nullif(AVAL, 0)))) - 1) end as GEOCV,
    median(AVAL) as MEDIAN, min(AVAL) as LOW, max(AVAL) as HIGH
from value
group by grouping sets
    ((TRTA, TRTAN, COURSE, COURSEDY, PARAMCD, PARAM, AVALU), (COURSE, COURSEDY, PARAMCD, PARAM, AVALU))
order by COURSE, COURSEDY, PARAMCD, TRTAN nulls last, TRTA nulls last

-- Question: how high was the geometric mean of the highest concentrations (Cmax) of an analyte ($analyte) at each dose?
-- Grain: one dose with a treated subject of known Cmax; of several infusions the higher Cmax of the subject.
-- PEOPLE: these subjects, the highest first.
with peak as (
    select s.USUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, max(p.AVAL) as CMAX
    from adpp as p
    join selected as s on s.USUBJID = p.USUBJID
    where s.SAFFL = 'Y' and p.ANALYTE = $analyte and p.PARAMCD = 'CMAX' and p.AVAL > 0
    group by s.USUBJID, s.TRTA, s.TRTAN
)
select TRTA, TRTAN, cast(count(*) as integer) as N, exp(avg(ln(CMAX))) as CMAX,
    list(USUBJID order by CMAX desc, USUBJID) as PEOPLE
from peak
group by TRTA, TRTAN
order by TRTAN nulls last, TRTA

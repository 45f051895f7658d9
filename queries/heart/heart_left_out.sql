-- Question: which delivered results of heart and ECG are not charted or not assessed, and why?
-- Grain: parameter and reason.
with treated as (
    select USUBJID from selected where SAFFL = 'Y'
),
delivered as (
    select t.ROLE as PARAM, cv.USUBJID, upper(coalesce(cv.CVSTAT, '')) as STAT
    from source.cv as cv
    join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
    where coalesce(cv.CVSTRESC, cast(cv.CVSTRESN as varchar), cv.CVORRES) is null
    union all
    select t.ROLE, lb.USUBJID, upper(coalesce(lb.LBSTAT, ''))
    from source.lb as lb
    join trial.test_code as t on upper(lb.LBTESTCD) = t.TESTCD and t.ROLE in ('TROPONIN', 'NTPROBNP')
    where coalesce(lb.LBSTRESC, cast(lb.LBSTRESN as varchar), lb.LBORRES) is null
),
found as (
    select PARAM, USUBJID, case when STAT = 'NOT DONE' then 'NOT DONE' else 'NO RESULT' end as REASONCD, 1 as N
    from delivered
    union all
    select PARAMCD, USUBJID, 'NO DATE', 1 from adcv where ADT is null or ADTF is not null
    union all
    select PARAMCD, USUBJID, 'UNKNOWN UNIT', 1 from adcv where JUDGEFL = 'N' and ANL01FL = 'Y'
    union all
    select PARAMCD, USUBJID, 'SAME DAY', NRES - 1 from adcv where NRES > 1
    union all
    select PARAMCD, USUBJID, 'OTHER METHOD', 1 from adcv where ANL01FL is null and ADT is not null and ADTF is null
    union all
    select PARAMCD, USUBJID, 'NOT COMPARABLE', 1
    from adcv where PARAMCD = 'LVEF' and POSTFL = 'Y' and BASE is null and ANL01FL = 'Y'
    union all
    select 'ECG', USUBJID, 'OTHER READING', NOTUSED from adeg where PARAMCD = 'QT' and NOTUSED > 0
    union all
    select PARAMCD, USUBJID, 'DIFFERS', 1
    from adeg where DERFL = 'Y' and abs(DELIVERED - AVAL) > 10
    union all
    select PARAMCD, USUBJID, 'NO PLACE', 1
    from adeg where PARAMCD in ('QTCF', 'QTCB') and POSTFL is null and ABLFL is null and ADTF is not null
)
select f.PARAM, f.REASONCD, cast(sum(f.N) as integer) as N, count(distinct f.USUBJID) as NSUBJ
from found as f
join treated as t on t.USUBJID = f.USUBJID
group by f.PARAM, f.REASONCD
order by f.PARAM, f.REASONCD

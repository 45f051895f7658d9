-- Question: which delivered results of heart and ECG stand in no chart, and why?
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
    select PARAM, USUBJID, case when STAT = 'NOT DONE' then 'recorded as not done' else 'record without a result' end as REASON, 1 as N
    from delivered
    union all
    select PARAMCD, USUBJID, 'no date of study day precision', 1 from adcv where ADT is null or ADTF is not null
    union all
    select PARAMCD, USUBJID, 'unknown unit or impossible value: shown, not judged', 1 from adcv where JUDGEFL = 'N' and ANL01FL = 'Y'
    union all
    select PARAMCD, USUBJID, 'further result of the same day, another was taken', NRES - 1 from adcv where NRES > 1
    union all
    select PARAMCD, USUBJID, 'other method or test of the same day, another was taken', 1 from adcv where ANL01FL is null and ADT is not null and ADTF is null
    union all
    select PARAMCD, USUBJID, 'LVEF not comparable: no baseline by the same method', 1
    from adcv where PARAMCD = 'LVEF' and POSTFL = 'Y' and BASE is null and ANL01FL = 'Y'
    union all
    select 'ECG', USUBJID, 'other position or reader of the same time point, another was taken', NOTUSED from adeg where PARAMCD = 'QT' and NOTUSED > 0
    union all
    select PARAMCD, USUBJID, 'delivered value differs by more than 10 ms from the one derived of QT and RR, which is shown', 1
    from adeg where DERFL = 'Y' and abs(DELIVERED - AVAL) > 10
    union all
    select PARAMCD, USUBJID, 'no place before or after the first infusion (partial date)', 1
    from adeg where PARAMCD in ('QTCF', 'QTCB') and POSTFL is null and ABLFL is null and ADTF is not null
)
select f.PARAM, f.REASON, cast(sum(f.N) as integer) as N, count(distinct f.USUBJID) as NSUBJ
from found as f
join treated as t on t.USUBJID = f.USUBJID
group by f.PARAM, f.REASON
order by f.PARAM, f.REASON

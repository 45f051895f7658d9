-- Question: which heart measurements does this cut hold at all, whatever the filters leave?
-- Grain: parameter (ECG: any QTc, readable or not; HEART FAILURE: an adverse event that counts as CTRCD, or may).
select PARAMCD, count(*) as N from adcv group by PARAMCD
union all
select 'HEART FAILURE', count(*) from adctrcd where ORIGIN not like 'LVEF%' and COUNTFL = 'Y' having count(*) > 0
union all
select 'ECG', count(*)
from (
    select USUBJID from adeg where PARAMCD in ('QTCF', 'QTCB')
    union all
    select USUBJID from adegout where PARAMCD in ('QTCF', 'QTCB')
)
having count(*) > 0

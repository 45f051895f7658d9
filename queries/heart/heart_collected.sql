-- Question: which heart measurements does this cut hold at all, whatever the filters leave?
-- Grain: parameter (ECG: any QTc).
select PARAMCD, count(*) as N from adcv group by PARAMCD
union all
select 'ECG', count(*) from adeg where PARAMCD in ('QTCF', 'QTCB') having count(*) > 0

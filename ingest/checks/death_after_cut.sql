-- Question: whose death is dated after the data cut?
-- Grain: one subject.
-- Severity: left out
-- Weight: decision
-- Says: every date of the death is after the data cut; the subject counts as alive in this cut.
-- Do: Check the cut date, and ask the sponsor whether the delivery was cut at it.
select 'DM' as DATASET, 'DTHDTC' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    string_agg(distinct SOURCE || ' ' || left(DTC, 10), ', ' order by SOURCE || ' ' || left(DTC, 10)) as DETAIL
from deathtold
where AFTERFL = 'Y' and USUBJID in (select USUBJID from adsl where DTHFL is null)
group by USUBJID

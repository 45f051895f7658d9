-- Question: who died on a day that nobody wrote?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the subject died and no dataset gives the date; the death is counted, a survival time cannot be computed.
-- Do: Ask the site for the date of death.
select 'DM' as DATASET, 'DTHDTC' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, cast(null as varchar) as DETAIL
from adsl
where DTHFL = 'Y' and DTHDT is null

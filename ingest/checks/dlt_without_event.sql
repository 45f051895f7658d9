-- Question: which DLTs were adjudicated of an event that was not delivered?
-- Grain: one supplemental record of AE.
-- Severity: doubtful
-- Weight: decision
-- Says: a DLT was adjudicated of an event that AE does not hold; its subject is pending.
-- Do: Ask the sponsor for the event, or for the record by its AESEQ.
select 'SUPPAE' as DATASET, s.QNAM as VARIABLE, s.USUBJID,
    coalesce(nullif(concat_ws(' ', s.IDVAR, s.IDVARVAL), ''), 'no IDVAR') as RECORD, s.QVAL as DETAIL
from dltverdict as s
where s.MAYBE and s.AEROW is null

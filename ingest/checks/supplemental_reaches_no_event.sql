-- Question: which supplemental values of adverse events reach no event?
-- Grain: one supplemental record of AE.
-- Severity: left out
-- Weight: decision
-- Says: the supplemental value reaches no event: none has the number, identifier or group that it names, or several
--     fit where only one may; it is not counted.
-- Do: Ask the sponsor for supplemental records by AESEQ; a DLT adjudication among them is missing here.
select 'SUPPAE' as DATASET, QNAM as VARIABLE, USUBJID,
    coalesce(nullif(concat_ws(' ', IDVAR, IDVARVAL), ''), 'no IDVAR') as RECORD, QVAL as DETAIL
from aesupp
where AEROW is null and coalesce(IDVAR, '') <> 'AESEQ'

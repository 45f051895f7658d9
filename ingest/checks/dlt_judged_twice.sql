-- Question: which events were judged both a DLT and not a DLT?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event has been adjudicated both as a DLT and as not a DLT; it is counted as a DLT.
-- Do: Ask the sponsor which adjudication is valid.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD, AEDECOD as DETAIL
from adae
where DLTEVAL > 1

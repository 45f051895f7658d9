-- Question: which fatal events related to the study drug were adjudicated not a DLT?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event was fatal and related to the study drug, and was adjudicated not a DLT; where it began, or the
--     subject died, in the DLT window the subject is pending.
-- Do: Ask the sponsor which holds: the relation to the study drug, or the adjudication.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, AEREL, 'outcome ' || lower(AEOUT), DLTRS) as DETAIL
from adae
where ATOXGR = 5 and (RELFL = 'Y' or RELUNRFL = 'Y') and DLTFL = 'N'

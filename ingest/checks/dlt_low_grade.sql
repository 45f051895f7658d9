-- Question: which events adjudicated a DLT are of grade 1 or 2?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event was adjudicated as a DLT although its grade is 1 or 2; it is counted as a DLT.
-- Do: Ask the sponsor which holds: the grade, or the adjudication.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'grade ' || ATOXGR, DLTRS) as DETAIL
from adae
where DLTFL = 'Y' and ATOXGR in (1, 2)

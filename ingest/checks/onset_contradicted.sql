-- Question: which events that may be DLTs have an onset that cannot be right?
-- Grain: one adverse event, adjudicated as a DLT, or not adjudicated and of grade 3 or worse or not graded.
-- Severity: doubtful
-- Weight: decision
-- Says: the event may be a DLT, and its onset lies before the first infusion though it is related to the study drug,
--     after its own end, or after the data cut; it is not counted as a DLT, and its subject is pending.
-- Do: Ask the site for the onset.
select 'AE' as DATASET, 'AESTDTC' as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'grade ' || ATOXGR, 'onset ' || AESTDTC, 'end ' || AEENDTC) as DETAIL
from adae
where ONSETCD is not null
  and (DLTPLACE in ('AFTER CUT', 'AFTER')
      or (DLTFL is null and (GR3FL = 'Y' or DLTUNRFL = 'Y' or (ATOXGR is null and RELFL is distinct from 'N'))))

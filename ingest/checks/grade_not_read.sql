-- Question: which toxicity grades are none of 1 to 5?
-- Grain: one adverse event.
-- Severity: left out
-- Says: the grade is not 1 to 5; the event is counted as not graded.
-- Do: Ask the sponsor for the CTCAE grade.
select 'AE' as DATASET, 'AETOXGR' as VARIABLE, USUBJID, 'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    AETOXGR as DETAIL
from source.ae
where AETOXGR is not null and AETOXGRN is null

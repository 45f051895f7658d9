-- Question: which events that began after the DLT window could still be adjudicated a DLT?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event began after the DLT window and before any later course, is of grade 3 or worse or without a readable
--     grade, is not unrelated to the study drug, and was not adjudicated; a DLT would count as trial.toml says
--     (after_window of [dlt]).
-- Do: Ask the sponsor for the adjudication.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || AESEQ as RECORD,
    concat_ws(', ', TERM, coalesce('grade ' || ATOXGR, 'grade not known'), 'day ' || ADY) as DETAIL
from adlate
where KIND = 'EVENT'

-- Question: whose response assessments are neither the investigator's nor an independent reader's?
-- Grain: one response assessment.
-- Severity: left out
-- Weight: number
-- Says: the evaluator is neither read as the investigator nor as an independent reader; the assessment is listed and
--     counts for nothing.
-- Do: Add a word of the evaluator to independent_evaluators in [response] of trial.toml, or ask the sponsor who it is.
select 'RS' as DATASET, 'RSEVAL' as VARIABLE, USUBJID, 'RSSEQ ' || cast(cast(RSSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', RSEVAL, AVALC) as DETAIL
from rsread
where READER = 'OTHER'

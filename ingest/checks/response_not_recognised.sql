-- Question: which response assessments hold a response that is not recognised?
-- Grain: one response assessment.
-- Severity: left out
-- Weight: number
-- Says: the response is not one that the dashboard reads; the assessment counts for nothing, and a subject without
--     another one is not evaluable, never without response.
-- Do: Ask the sponsor what the response means; a spelling of CR, CRh, CRi, MLFS, PR, NR, PD, RELAPSE or NE can be added
--     to [responses] of trial.toml.
select 'RS' as DATASET, 'RSSTRESC' as VARIABLE, USUBJID, 'RSSEQ ' || cast(cast(RSSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', AVALC, RSEVAL) as DETAIL
from rsread
where AVAL is null

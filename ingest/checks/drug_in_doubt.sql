-- Question: which exposure records may be of the study drug, or not?
-- Grain: one exposure record.
-- Severity: doubtful
-- Weight: decision
-- Says: likely the study drug, but its name is misspelt, is beside something else, or is missing where EX names other
--     drugs too; the record is shown as an infusion and its subject is pending.
-- Do: Add the text to drug_names of [trial] in trial.toml, or ask the sponsor for the name of the drug.
select 'EX' as DATASET, 'EXTRT' as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, coalesce(EXTRT, 'no drug named') as DETAIL
from exdrug
where DRUGCD = 'LIKELY'

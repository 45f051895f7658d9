-- Question: which exposure records name no drug, in a trial whose EX names no other than the study drug?
-- Grain: one exposure record.
-- Severity: doubtful
-- Weight: decision
-- Says: no drug is named; EX names no other drug, so the record counts as the study drug.
-- Do: Ask the sponsor for the name of the drug.
select 'EX' as DATASET, 'EXTRT' as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, EXSTDTC as DETAIL
from exdrug
where DRUGCD = 'UNSTATED' and (select count(*) from trial.drug_name) > 0

-- Question: which concentrations are told only as above a limit?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the concentration is above the upper limit of quantification and not known; no peak and no AUC can be given.
-- Do: Ask the sponsor for the result of the diluted sample.
select 'PC' as DATASET, 'PCSTRESC' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    concat_ws(' ', p.AVALC, p.AVALU) as DETAIL
from adpc as p
where p.PCSTAT is null and regexp_matches(p.AVALC, '^\s*[>≥]')

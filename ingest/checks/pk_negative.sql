-- Question: which concentrations are negative?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the concentration is negative, which none can be; the value is not used.
-- Do: Ask the sponsor for the result as the laboratory reported it.
select 'PC' as DATASET, 'PCSTRESN' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    concat_ws(' ', p.AVALC, p.AVALU) as DETAIL
from adpc as p
where p.PCSTAT is null and regexp_matches(p.AVALC, '^\s*-\s*[0-9.]')

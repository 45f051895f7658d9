-- Question: which samples are recorded as not done and have a result?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the sample is recorded as not done and has a result; the result is not used.
-- Do: Ask the sponsor which is right.
select 'PC' as DATASET, 'PCSTAT' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    concat_ws(' ', p.AVALC, p.AVALU) as DETAIL
from adpc as p
where p.PCSTAT = 'NOT DONE' and p.AVALC is not null

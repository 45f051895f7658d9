-- Question: which concentrations does the sponsor leave out of the analysis?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the sponsor leaves the concentration out of the analysis, and so does this one.
-- Do: Nothing; read the reasons.
select 'PC' as DATASET, cast(null as varchar) as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    coalesce(p.EXCLRS, 'no reason given') as DETAIL
from adpc as p
where p.EXCLFL = 'Y'

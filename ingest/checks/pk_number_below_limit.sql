-- Question: which concentrations are numbers below their own limit of quantification?
-- Grain: one PC record.
-- Severity: doubtful
-- Weight: number
-- Says: the number is below the limit of quantification that the record states; it is taken as below the limit.
-- Do: Ask the sponsor for the limit of the assay, or the result as the laboratory reported it.
select 'PC' as DATASET, 'PCSTRESN' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    printf('%.4g ng/mL, limit %.4g ng/mL', p.AVAL, p.ALLOQ) as DETAIL
from adpc as p
where p.AVAL > 0 and p.BLQFL = 'Y' and p.PCSTAT is null

-- Question: which counts of neutrophils or platelets are of an impossible size?
-- Grain: one such count of LB.
-- Severity: doubtful
-- Weight: decision
-- Says: the count is of a size that the trial definition takes as impossible, so its unit is in doubt; it is not read,
--     and proves no recovery.
-- Do: Ask the sponsor for the value and its unit.
select 'LB' as DATASET, r.LBTEST as VARIABLE, r.USUBJID,
    'LBSEQ ' || cast(cast(r.LBSEQ as bigint) as varchar) as RECORD, concat_ws(' ', r.AVALC, r.AVALU) as DETAIL
from labrole as r
where r.DOUBTFL = 'Y'

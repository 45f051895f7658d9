-- Question: who was enrolled, has no infusion, and is not known to have left?
-- Grain: one subject enrolled longer ago than the trial's setting; "not treated" in DM is true of everybody before it.
-- Severity: doubtful
-- Weight: decision
-- Says: enrolled and not treated, and no record says that the subject left; the subject holds a place as pending.
-- Do: Ask the site whether the subject will be treated, or for the record of leaving (DS).
select 'DS' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws(', ', coalesce('enrolled ' || AWAITDT, 'enrolled on a day not known'), TRTA,
        case when contains(AWAITCD, 'NOTTRT') then 'DM says not treated' end) as DETAIL
from adsl
where TRTSDT is null and contains(AWAITCD, 'STATED') and contains(AWAITCD, 'LONG')

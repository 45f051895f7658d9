-- Question: which doses were delivered in a unit that is not known, or in none?
-- Grain: one exposure record, or one record of a prior anthracycline.
-- Severity: left out
-- Weight: number; decision in EX
-- Says: the unit is blank or not known; the dose counts as missing and adds nothing to any sum.
-- Do: Ask the sponsor for the unit, or for the dose in the protocol's unit (a prior anthracycline: mg/m²).
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || coalesce(UNIT, 'without a unit') as DETAIL
from dosetold
where SIZE is null

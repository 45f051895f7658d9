-- Question: which doses came in a unit that is not known, or in none?
-- Grain: one exposure record, or one record of an earlier anthracycline.
-- Severity: left out
-- Says: the unit is blank or not known; the dose counts as missing and adds nothing to any sum.
-- Do: Ask the sponsor for the unit, or for the dose in mg/m².
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || coalesce(UNIT, 'without a unit') as DETAIL
from dosetold
where PERAREA is null

-- Question: which doses in mg cannot be turned into mg/m²?
-- Grain: one exposure record, or one record of an earlier anthracycline.
-- Severity: left out
-- Says: the dose came in mg and no body surface was measured before; the dose counts as missing and adds nothing to any sum.
-- Do: Ask the sponsor for the dose in mg/m², or for height and weight before it.
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || UNIT as DETAIL
from dosetold
where PERAREA = 'N' and DOSE is null

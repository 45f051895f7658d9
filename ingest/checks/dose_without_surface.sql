-- Question: which doses cannot be converted into the unit that counts?
-- Grain: one exposure record, or one record of a prior anthracycline.
-- Severity: left out
-- Weight: number; decision in EX
-- Says: the dose was delivered in another unit, and no body surface or weight that would convert it was measured
--     before; the dose counts as missing and adds nothing to any sum.
-- Do: Ask the sponsor for the dose in the protocol's unit (a prior anthracycline: mg/m²), or for height and weight
--     before it.
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || UNIT as DETAIL
from dosetold
where SIZE is not null and DOSE is null

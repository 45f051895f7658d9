-- Question: which doses were delivered in another unit than the one that counts, and were converted?
-- Grain: one exposure record, or one record of a prior anthracycline.
-- Severity: doubtful
-- Weight: number
-- Says: the dose was delivered in another unit and is converted; where needed by the body surface or weight last
--     measured on or before that day.
-- Do: Ask the sponsor for the dose in the protocol's unit, of a prior anthracycline in mg/m².
select
    DATASET, VARIABLE, USUBJID, RECORD,
    concat(
        printf('%g', AMOUNT), ' ', UNIT,
        case when SIZE <> TOSIZE and 'm2' in (SIZE, TOSIZE) then printf(', %.2f m² (', BSA) || BSASRC || ')' end,
        case when SIZE <> TOSIZE and 'kg' in (SIZE, TOSIZE) then printf(', %.1f kg', WEIGHT) end,
        case when DOSE >= 10 then printf(': %.1f ', DOSE) else printf(': %.3g ', DOSE) end, TOUNIT
    ) as DETAIL
from dosetold
where DOSE is not null and (SIZE <> TOSIZE or DOSE <> AMOUNT)

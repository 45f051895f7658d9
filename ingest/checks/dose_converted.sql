-- Question: which doses came in another unit than mg/m², and were turned into it?
-- Grain: one exposure record, or one record of an earlier anthracycline.
-- Severity: doubtful
-- Says: the dose came in another unit and is turned into mg/m²; a dose in mg by the body surface last measured on or before that day.
-- Do: Ask the sponsor for the dose in mg/m².
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || UNIT || case when PERAREA = 'N' then printf(', %.2f m² (', BSA) || BSASRC || ')' else '' end || printf(': %.1f mg/m²', DOSE) as DETAIL
from dosetold
where DOSE is not null and (PERAREA = 'N' or DOSE <> AMOUNT)

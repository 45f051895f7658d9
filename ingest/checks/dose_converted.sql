-- Question: which doses came in another unit than mg/m², and were turned into it?
-- Grain: one exposure record, or one record of an earlier anthracycline.
-- Severity: doubtful
-- Says: the dose came in another unit and is turned into mg/m²; a dose in mg by the body surface last measured on or before that day.
-- Do: Ask the sponsor for the dose in mg/m².
with dose as (
    select 'EX' as DATASET, 'EXDOSU' as VARIABLE, USUBJID, 'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, EXDOSE as AMOUNT, EXDOSU as UNIT, PERAREA, BSA, BSASRC, DOSE
    from exdose
    where HASLEVELS and EXSTDT is not null and EXDOSE > 0 and upper(coalesce(EXOCCUR, 'Y')) <> 'N'
    union all
    select 'CM', 'CMDOSU', USUBJID, 'CMSEQ ' || cast(cast(CMSEQ as bigint) as varchar), AMOUNT, CMDOSU, PERAREA, BSA, BSASRC, DOSE
    from cmdose
    where AMOUNT > 0
)
select
    DATASET, VARIABLE, USUBJID, RECORD,
    printf('%g', AMOUNT) || ' ' || UNIT || case when PERAREA = 'N' then printf(', %.2f m² (', BSA) || BSASRC || ')' else '' end || printf(': %.1f mg/m²', DOSE) as DETAIL
from dose
where DOSE is not null and (PERAREA = 'N' or DOSE <> AMOUNT)

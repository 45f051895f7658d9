-- Question: which doses in mg cannot be turned into mg/m²?
-- Grain: one exposure record, or one record of an earlier anthracycline.
-- Severity: left out
-- Says: the dose came in mg and no body surface was measured before; the dose counts as missing and adds nothing to any sum.
-- Do: Ask the sponsor for the dose in mg/m², or for height and weight before it.
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
    printf('%g', AMOUNT) || ' ' || UNIT as DETAIL
from dose
where PERAREA = 'N' and DOSE is null

-- Question: which doses were told, of the study drug and of earlier anthracyclines, in which unit, and what are they in mg/m²?
-- Grain: one exposure record with a dose, or one record of an earlier anthracycline.
-- Reads: cmdose, exdose
-- Kept: no
-- The checks of units read it. PERAREA: Y per body surface, N in mg, empty where the unit is not known.
select 'EX' as DATASET, 'EXDOSU' as VARIABLE, USUBJID, 'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, EXDOSE as AMOUNT, EXDOSU as UNIT, PERAREA, BSA, BSASRC, DOSE
from exdose
where HASLEVELS and EXSTDT is not null and EXDOSE > 0 and upper(coalesce(EXOCCUR, 'Y')) <> 'N'
union all
select 'CM', 'CMDOSU', USUBJID, 'CMSEQ ' || cast(cast(CMSEQ as bigint) as varchar), AMOUNT, CMDOSU, PERAREA, BSA, BSASRC, DOSE
from cmdose
where AMOUNT > 0

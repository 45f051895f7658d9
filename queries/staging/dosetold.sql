-- Question: which doses were delivered, of the study drug and of prior anthracyclines, in which unit, and what are
--     they in the unit that counts?
-- Grain: one exposure record with a dose, or one record of a prior anthracycline.
-- Reads: cmdose, exdose, trial.settings
-- Kept: no
-- The checks of units read it. SIZE: what the delivered unit is for (m2, kg, none: the whole body), empty where the
-- unit is not known. TOUNIT, TOSIZE: the unit that counts: the trial's for the study drug, mg/m² for prior
-- anthracyclines.
select
    'EX' as DATASET, 'EXDOSU' as VARIABLE, USUBJID, 'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD,
    EXDOSE as AMOUNT, EXDOSU as UNIT, SIZE, BSA, BSASRC, WEIGHT, DOSE, s.DOSEUNIT as TOUNIT, s.DOSESIZE as TOSIZE
from exdose
cross join trial.settings as s
where HASLEVELS and EXSTDT is not null and EXDOSE > 0 and GIVENFL = 'Y'
union all
select
    'CM', 'CMDOSU', USUBJID, 'CMSEQ ' || cast(cast(CMSEQ as bigint) as varchar),
    AMOUNT, CMDOSU, SIZE, BSA, BSASRC, WEIGHT, DOSE, 'mg/m²', 'm2'
from cmdose
where AMOUNT > 0

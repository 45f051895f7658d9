-- Question: which dates were written without their day or month?
-- Grain: one partial date.
-- Severity: note
-- Weight: information; number in AE, CV, DM, DS, EX, RS; decision in EXSTDTC
-- Says: the date is partial (no day, or neither month nor day); it is compared to the precision recorded, from the
--     earliest day it allows.
-- Do: Ask the site for the full date where a count depends on it.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
where DT is not null and DTF is not null

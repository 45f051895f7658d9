-- Question: which numbers are no numbers?
-- Grain: one text in a numeric variable that cannot be read as a number.
-- Severity: left out
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the text is not a number; the record is kept and the value is treated as missing.
-- Do: Ask the sponsor for numbers with a decimal point and without other signs.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_number

-- Question: which dates are no dates?
-- Grain: one text in a date variable that cannot be read for certain, or is no day of the calendar.
-- Severity: left out
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the text is not a valid date in ISO 8601 (2007, 2007-11 or 2007-11-30) or in SAS's way (30NOV2007); the record
--     is kept and treated as undated.
-- Do: Ask the sponsor for dates in ISO 8601.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
where DT is null

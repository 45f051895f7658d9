-- Question: which dates are no dates?
-- Grain: one text in a date variable that is not ISO 8601, or no day of the calendar.
-- Severity: left out
-- Says: the text is no date in ISO 8601 (2007, 2007-11 or 2007-11-30); the record is kept and counts as undated.
-- Do: Ask the sponsor for dates in ISO 8601.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
where DT is null

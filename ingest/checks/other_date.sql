-- Question: which dates were not written in ISO 8601 and could be read?
-- Grain: one date in SAS's way (05MAR2007, 17230 days or seconds since 1960), without hyphens, or with midnight in
--     every value of its variable.
-- Severity: note
-- Weight: information
-- Says: the date is not written in ISO 8601; it is read as shown (SAS's text and numbers, days without hyphens,
--     midnight throughout as a day without a time).
-- Do: Ask the sponsor for dates in ISO 8601.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT || ' read as ' || DTC as DETAIL
from delivered_other_date

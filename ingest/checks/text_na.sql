-- Question: where does a text such as NA or nan stand for a missing value?
-- Grain: one value that is such a text; SAS's full stop is not told.
-- Severity: note
-- Weight: information
-- Says: the value is a text that programs write for a missing value (NA, nan, null); it is treated as missing.
-- Do: Tell the data manager if the text means something else here (Namibia, sodium).
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_na
where TEXT <> '.'

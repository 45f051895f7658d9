-- Question: where does the text NA stand for a missing value?
-- Grain: one value that is the text NA.
-- Severity: note
-- Says: the value is the text NA, as written by R; it is treated as missing.
-- Do: Tell the data manager if NA means something else here (Namibia, sodium).
select DATASET, VARIABLE, USUBJID, RECORD, cast(null as varchar) as DETAIL
from delivered_na

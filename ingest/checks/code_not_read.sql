-- Question: which answers to a yes/no question are neither?
-- Grain: one value of AE's flags of seriousness that is neither yes nor no.
-- Severity: doubtful
-- Weight: number
-- Says: the value is neither yes nor no (Y, YES, TRUE, 1; N, NO, FALSE, 0); it is treated as unknown.
-- Do: Ask the sponsor for Y or N: the event may be serious.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_code

-- Question: which answers to a yes/no question are neither?
-- Grain: one value that is neither yes nor no, of a flag of seriousness or of baseline, of whether a treatment or a
--     visit took place, or of the same flags among supplemental values.
-- Severity: doubtful
-- Weight: number; decision in AESDTH, AESLIFE, CMOCCUR, PROCCUR
-- Says: the value is neither yes nor no (Y, YES, TRUE, 1; N, NO, FALSE, 0); it is treated as unknown
--     (a treatment as given, a result as not flagged).
-- Do: Ask the sponsor for Y or N.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_code
union all
select 'SUPP' || upper(RDOMAIN), upper(QNAM), USUBJID, concat_ws(' ', upper(IDVAR), IDVARVAL), QVAL
from source.supp
where QVALYN is null and QVAL is not null
  and upper(QNAM) in ('AESER', 'AESDTH', 'AESLIFE', 'AESHOSP', upper(RDOMAIN) || 'BLFL', upper(RDOMAIN) || 'LOBXFL')

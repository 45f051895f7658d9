-- Question: whose sex is given in a way that is not known?
-- Grain: one subject.
-- Severity: left out
-- Weight: number
-- Says: the sex is none of F, M, U and UNDIFFERENTIATED; it is shown as unknown.
-- Do: Ask the sponsor for F or M.
select 'DM' as DATASET, 'SEX' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, SEX as DETAIL
from source.dm
where upper(SEX) not in ('F', 'M', 'U', 'UN', 'UNK', 'UNKNOWN', 'UNDIFFERENTIATED', 'INTERSEX')

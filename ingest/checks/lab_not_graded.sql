-- Question: which laboratory values that CTCAE grades could not be graded, and why?
-- Grain: one laboratory value and the reason.
-- Severity: left out
-- Weight: number
-- Says: the value has no CTCAE grade; it is shown ungraded and counted in no grade.
-- Do: Ask the sponsor for the unit or the normal limits that are missing.
select 'LB' as DATASET, PARAMCD as VARIABLE, USUBJID, 'LBSEQ ' || cast(cast(LBSEQ as bigint) as varchar) as RECORD,
    coalesce(NOGRADEL, NOGRADEH) as DETAIL
from adlb
where NOTERM is null
  and coalesce(NOGRADEL, NOGRADEH) is not null
  and AVAL is not null

-- Question: which laboratory tests have no CTCAE term?
-- Grain: one laboratory value of such a test.
-- Severity: note
-- Weight: information
-- Says: the test has no CTCAE term, so its values are shown and not graded.
-- Do: If it is a test that CTCAE grades under another code, ask the sponsor for CDISC's code.
select 'LB' as DATASET, PARAMCD as VARIABLE, USUBJID, 'LBSEQ ' || cast(cast(LBSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', PARAM, NOTERM) as DETAIL
from adlb
where NOTERM is not null

-- Question: which records are there again, the same in everything but their sequence number?
-- Grain: one record beyond the first of its kind.
-- Severity: left out
-- Weight: number; decision in AE, CM, CV, EX, LB, PR, RS
-- Says: the same record is there again, with the same values in every variable but its sequence number; one of them
--     counts, with what was judged of either.
-- Do: Ask the sponsor whether it was delivered twice, or happened twice; two that happened need times or terms apart.
select DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', WHAT, 'the same as ' || DATASET || 'SEQ ' || cast(cast(KEPT as bigint) as varchar)) as DETAIL
from repeated_record

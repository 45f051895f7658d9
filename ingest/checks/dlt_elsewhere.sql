-- Question: which records outside the adverse events say that a subject had a DLT?
-- Grain: one record of FA, or one supplemental value of another domain than AE, of a subject without an event that was
--     adjudicated a DLT.
-- Severity: doubtful
-- Weight: decision
-- Says: the record names a DLT, and no adverse event of its subject was adjudicated one; in the rule its subject is
--     pending.
-- Do: Ask the sponsor which adverse event it is, and for its adjudication (SUPPAE, or a variable of AE).
select DATASET, VARIABLE, USUBJID, RECORD, DETAIL
from dltelsewhere

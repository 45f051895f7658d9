-- Question: who died soon after the DLT window of a cause that is not settled?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the death is dated after the DLT window and before any later course, and no delivered cause settles whether it
--     was the drug's doing.
-- Do: Ask the sponsor for the cause of death, and for its adjudication.
select 'DM' as DATASET, 'DTHDTC' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws(', ', case when ADY = LADY then 'day ' || ADY else 'day ' || ADY || ' to ' || LADY end, CAUSE) as DETAIL
from adlate
where KIND = 'DEATH'

-- Question: whose actual arm is not the arm they were assigned to?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the actual arm differs from the assigned one. With dose levels in the trial definition the actual arm is
--     the group; without a trial definition the assigned arm is.
-- Do: Keep it in mind where groups are compared.
select 'DM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    ARM || ' assigned, ' || ACTARM || ' actual' as DETAIL
from source.dm
where ARM <> ACTARM

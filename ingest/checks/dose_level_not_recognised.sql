-- Question: which enrolled subjects have an arm that is none of the trial definition's dose levels?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the subject's arm is not a dose level of trial.toml; displays by dose show the subject in a separate row,
--     No planned level, unless every infusion of course 1 was of a planned level and the trial counts at the one given.
-- Do: Add the arm's code or name to a dose_level of trial.toml, or ask the sponsor which level it is.
select 'DM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws('; ', coalesce(ACTARM, ARM, 'no arm'), 'given ' || GIVENTRT, 'counted at ' || TRTA) as DETAIL
from adsl
where TRTP is null and ENRLFL = 'Y'

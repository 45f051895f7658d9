-- Question: who was delivered in several cohorts?
-- Grain: one subject with more than one cohort, by SUPPDM, DM or ADSL.
-- Severity: doubtful
-- Weight: decision
-- Says: the subject is in several cohorts. It counts in the first of them by name that is no expansion's; where
--     another is the expansion's the subject is pending.
-- Do: Ask the sponsor in which cohort the subject is.
select 'SUPPDM' as DATASET, 'COHORT' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, COHORTS as DETAIL
from cohorttold
where NCOHORTS > 1

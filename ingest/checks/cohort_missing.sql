-- Question: who has no cohort, where cohorts were delivered?
-- Grain: one enrolled subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the cohort is missing where other subjects have one; who belongs to the dose finding and who to an expansion
--     rests on it.
-- Do: Ask the sponsor for the cohort of the subject.
select 'SUPPDM' as DATASET, 'COHORT' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, 'none' as DETAIL
from adsl
where ENRLFL = 'Y' and COHORT is null and exists (select 1 from adsl where COHORT is not null)

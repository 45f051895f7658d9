-- Question: whose age is in none of the trial's age bands?
-- Grain: one enrolled subject.
-- Severity: left out
-- Weight: number
-- Says: the age is missing or in no age band of trial.toml; a filter by age leaves the subject out.
-- Do: Ask the sponsor for the age, or correct the bands of trial.toml.
select 'DM' as DATASET, 'AGE' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    coalesce(cast(AGE as varchar) || ' years', 'blank') as DETAIL
from adsl
where AGEGR1 is null and ENRLFL = 'Y'

-- Question: whose age is in none of the trial's age bands?
-- Grain: one enrolled subject.
-- Severity: left out
-- Weight: number
-- Says: the age is missing, impossible or in no age band of trial.toml; a filter by age leaves the subject out.
-- Do: Ask the sponsor for the age, or correct the bands of trial.toml.
select 'DM' as DATASET, 'AGE' as VARIABLE, a.USUBJID, cast(null as varchar) as RECORD,
    coalesce(cast(a.AGE as varchar) || ' years',
        nullif(concat_ws(' ', cast(d.AGE as varchar), lower(d.AGEU)), ''), 'blank') as DETAIL
from adsl as a
left join source.dm as d on d.USUBJID = a.USUBJID
where a.AGEGR1 is null and a.ENRLFL = 'Y'

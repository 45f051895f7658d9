-- Question: are there criteria for the CTCAE version of the trial definition?
-- Grain: one row where there are none.
-- Severity: left out
-- Weight: number
-- Says: there are no laboratory criteria for this version of CTCAE; no laboratory value is graded.
-- Do: Correct ctcae_version in [trial] of trial.toml, or add the criteria to queries/reference.
select 'LB' as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID,
    cast(null as varchar) as RECORD,
    'CTCAE v' || CTCAE || '; criteria for ' || (select string_agg(distinct 'v' || VERSION, ', ' order by 'v' || VERSION)
        from reference.ctcae_term) as DETAIL
from trial.settings
where CTCAE not in (select VERSION from reference.ctcae_term)

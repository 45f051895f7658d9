-- Question: which sites does the trial definition not know?
-- Grain: one subject of such a site.
-- Severity: note
-- Weight: information
-- Says: the site is not in trial.toml; it is shown by its number.
-- Do: Add the site to trial.toml.
select 'DM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    'site ' || coalesce(SITEID, 'blank') as DETAIL
from source.dm
where exists (select 1 from trial.site) and (SITEID is null or SITEID not in (select SITEID from trial.site))

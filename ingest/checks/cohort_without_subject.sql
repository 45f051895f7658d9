-- Question: which cohorts named in the trial definition have no subject, or cannot have one without cohorts delivered?
-- Grain: one name of the expansion's cohort, or of a stopping rule's, that no subject has; names of one cohort
--     together.
-- Severity: note
-- Weight: number
-- Says: the cohort named in trial.toml has no subject; it has not begun, or is delivered under another name.
-- Do: If it is delivered under another name, add that name to expansion_cohort of [dlt] (a list of names), or name
--     it in the stopping rule.
with delivered as (
    select distinct trim(COHORT) as COHORT from adsl where nullif(trim(COHORT), '') is not null
),
named as (
    select
        NAMEDBY, string_agg(COHORT, ' or ' order by COHORT) as COHORTS,
        bool_or(COHORTLC in (select lower(COHORT) from delivered)) as FOUND
    from trial.named_cohort
    -- a stopping rule that names the expansion counts it under each of its names
    where NAMEDBY = 'EXPANSION'
       or COHORTLC not in (select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION')
    group by NAMEDBY
)
select
    'SUPPDM' as DATASET, 'COHORT' as VARIABLE, cast(null as varchar) as USUBJID, COHORTS as RECORD,
    case when NAMEDBY = 'EXPANSION' then 'the expansion' else 'stopping rule ' || NAMEDBY end
    || '; cohorts delivered: ' || coalesce((select string_agg(COHORT, ', ' order by COHORT) from delivered), 'none')
    as DETAIL
from named
where not FOUND
  and ((select count(*) from delivered) > 0
      -- without any cohort the expansion cannot be told from the dose finding
      or (NAMEDBY = 'EXPANSION' and exists (select 1 from adsl where SAFFL = 'Y')))

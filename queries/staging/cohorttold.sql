-- Question: in which cohort was each subject delivered?
-- Grain: one subject with a cohort, by SUPPDM, a variable of DM or the sponsor's ADSL.
-- Reads: source.dm, source.supp, trial.named_cohort
-- Kept: no
-- COHORT: of several the first by name that is no expansion's. COHORTS: all of them. SPLITFL 'Y': some of them are the
-- expansion's and some are not, so that it is not known whether the subject belongs to the dose finding; there it is
-- pending.
with told as (
    select USUBJID, trim(QVAL) as COHORT from source.supp where RDOMAIN = 'DM' and upper(QNAM) = 'COHORT'
    union
    select USUBJID, trim(COHORT) from source.dm
),
placed as (
    select
        USUBJID, COHORT,
        lower(COHORT) in (select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION') as EXPANDS
    from told
    where USUBJID is not null and COHORT <> ''
)
select
    USUBJID, coalesce(min(COHORT) filter (where not EXPANDS), min(COHORT)) as COHORT,
    string_agg(distinct COHORT, ' and ' order by COHORT) as COHORTS,
    count(distinct lower(COHORT)) as NCOHORTS,
    case when bool_or(EXPANDS) and not bool_and(EXPANDS) then 'Y' end as SPLITFL
from placed
group by USUBJID

-- Question: who has no cohort, or more than one, where cohorts were delivered?
-- Grain: one enrolled subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the cohort is missing where other subjects have one, or the subject has several (the first by name is taken);
--     who belongs to the dose finding and who to an expansion rests on it.
-- Do: Ask the sponsor for the one cohort of the subject.
with told as (
    select USUBJID, string_agg(distinct QVAL, ' and ' order by QVAL) as COHORTS, count(distinct QVAL) as N
    from source.supp
    where RDOMAIN = 'DM' and QNAM = 'COHORT'
    group by USUBJID
)
select 'SUPPDM' as DATASET, 'COHORT' as VARIABLE, adsl.USUBJID, cast(null as varchar) as RECORD,
    coalesce(told.COHORTS, 'none') as DETAIL
from adsl
left join told on told.USUBJID = adsl.USUBJID
where adsl.ENRLFL = 'Y' and exists (select 1 from adsl where COHORT is not null)
  and (adsl.COHORT is null or told.N > 1)

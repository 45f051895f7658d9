-- Question: who was delivered in several cohorts?
-- Grain: one subject with more than one COHORT in SUPPDM.
-- Severity: doubtful
-- Weight: decision
-- Says: the subject is in several cohorts; it counts in the first of them by name.
-- Do: Ask the sponsor in which cohort the subject is.
select 'SUPPDM' as DATASET, 'COHORT' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    string_agg(distinct trim(QVAL), ', ' order by trim(QVAL)) as DETAIL
from source.supp
where upper(RDOMAIN) = 'DM' and upper(QNAM) = 'COHORT' and nullif(trim(QVAL), '') is not null
group by USUBJID
having count(distinct lower(trim(QVAL))) > 1

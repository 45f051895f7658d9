-- Question: whose disease could not be told?
-- Grain: one enrolled subject without a disease, where the trial definition names diseases.
-- Severity: left out
-- Weight: number
-- Says: no primary diagnosis in MH is a term of trial.toml; displays by disease leave the subject out.
-- Do: Add the term to a disease of trial.toml, or ask the sponsor for the diagnosis.
select
    'MH' as DATASET, cast(null as varchar) as VARIABLE, adsl.USUBJID, cast(null as varchar) as RECORD,
    coalesce(string_agg(coalesce(mh.MHDECOD, mh.MHTERM), ', '), 'no primary diagnosis delivered') as DETAIL
from adsl
left join source.mh as mh on mh.USUBJID = adsl.USUBJID and upper(mh.MHCAT) = 'PRIMARY DIAGNOSIS'
where adsl.DISEASE is null and adsl.ENRLFL = 'Y' and exists (select 1 from trial.disease_term)
group by adsl.USUBJID

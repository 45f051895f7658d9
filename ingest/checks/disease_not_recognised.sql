-- Question: whose disease could not be told?
-- Grain: one enrolled subject without a disease, where the trial definition names diseases.
-- Severity: left out
-- Weight: number
-- Says: no primary diagnosis in MH is a term of trial.toml; displays by disease leave the subject out.
-- Do: Add the term to a disease of trial.toml, or the category in which the sponsor has it (MHCAT or MHSCAT) to
--     diagnosis.categories; or ask the sponsor for the diagnosis.
with other as (
    select USUBJID, string_agg(distinct coalesce(MHCAT, MHSCAT), ', ' order by coalesce(MHCAT, MHSCAT)) as CATEGORIES
    from source.mh
    group by USUBJID
)
select
    'MH' as DATASET, cast(null as varchar) as VARIABLE, adsl.USUBJID, cast(null as varchar) as RECORD,
    coalesce(
        string_agg(diagnosis.TERM, ', ' order by diagnosis.MHSEQ),
        'no primary diagnosis delivered' || coalesce('; categories delivered: ' || any_value(other.CATEGORIES), '')
    ) as DETAIL
from adsl
left join diagnosis on diagnosis.USUBJID = adsl.USUBJID
left join other on other.USUBJID = adsl.USUBJID
where adsl.DISEASE is null and adsl.ENRLFL = 'Y' and exists (select 1 from trial.disease_term)
group by adsl.USUBJID

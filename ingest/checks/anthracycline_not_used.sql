-- Question: which medications look like an anthracycline and are not counted as an earlier one?
-- Grain: one CM record.
-- Severity: left out
-- Weight: number
-- Says: the medication looks like an anthracycline but is not counted as a prior anthracycline.
-- Do: Ask the sponsor when it was given; an agent without a factor is added to [anthracycline] of trial.toml.
with medication as (
    select *, lower(concat_ws('; ', CMDECOD, CMTRT)) as TERM from source.cm
),
looks as (
    select
        *,
        exists (select 1 from trial.anthracycline as a
            where regexp_matches(medication.TERM, '(^|[^a-z])' || regexp_escape(a.AGENT))) as HASFACTOR
    from medication
    where HASFACTOR or regexp_matches(TERM, 'rubicin|mitoxantrone|pixantrone|anthracycline')
        or upper(CMCAT) like '%ANTHRACYCLINE%'
)
select
    'CM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'CMSEQ ' || cast(cast(CMSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', coalesce(CMDECOD, CMTRT),
        case when not HASFACTOR then 'no factor' else 'not known to have ended before the first infusion' end,
        case when HASFACTOR then coalesce('from ' || CMSTDTC, 'no start') end,
        case when HASFACTOR then coalesce('to ' || CMENDTC, 'no end') end) as DETAIL
from looks
where not exists (select 1 from cmdose as c
    where c.USUBJID = looks.USUBJID and c.CMSEQ is not distinct from looks.CMSEQ)

-- Question: what did each subject who died die of, by which record, and is that settled?
-- Grain: one subject of DM who died by the data cut.
-- Reads: adae, adsl, source.dm, source.ds, source.supp, trial.disease_term
-- DSCAUSE: what disposition, demographics or their supplemental values name (a bare "death" is no cause). AECAUSE: the
-- fatal adverse events; NRELATED, NUNRELATED, NUNKNOWN: how many of them by causality to the study drug.
-- CAUSECD: DISEASE, the leukaemia is named; OTHER, a fatal event unrelated to the drug or adjudicated not a DLT, or a
-- cause delivered as unrelated to the drug; NOT ADJUDICATED, something is named that may be the drug's doing; null,
-- nothing is named. NOPEN: fatal events not adjudicated. CONTRTERM: fatal events related to the drug that were
-- adjudicated not a DLT, a contradiction.
with named as (
    select USUBJID, DSTERM as TEXT from source.ds where upper(DSDECOD) = 'DEATH'
    union all
    select USUBJID, DTHCAUS from source.dm
    union all
    select USUBJID, QVAL from source.supp
    where upper(RDOMAIN) in ('DM', 'DS') and regexp_matches(upper(QNAM), '^(DS)?(DTHCAU|DTHREAS|DEATHCAU|CAUSDTH|CDEATH)')
),
disposition as (
    select USUBJID, string_agg(distinct CAUSE, ';' order by CAUSE) as DSCAUSE
    from (
        select
            USUBJID,
            lower(coalesce(nullif(regexp_extract(trim(TEXT),
                '^(?i:death|died) *(?i:due to|because of|caused by|of|from|:|-|,) *(.+)$', 1), ''), trim(TEXT))) as CAUSE
        from named
        where TEXT is not null
    )
    where not regexp_matches(CAUSE, '^(death|died|dead|fatal)?[ .]*$')
      and not regexp_matches(CAUSE, '^(cause |reason )?(of death )?(is )?(unknown|not known|not stated|unspecified|'
          || 'undetermined|not reported|n/?a|pending|to be determined|tbd|other|unk)\b *(cause|reason)?[ .]*$')
    group by USUBJID
),
disease as (
    select USUBJID, DSCAUSE,
        regexp_matches(DSCAUSE, 'leuk(a)?emi|progressi|relapse|refractor|blast cris|\bdisease\b|malignan|lymphom|'
            || '\b(all|aml)\b') or DSCAUSE in (select TERM from trial.disease_term) as OFDISEASE,
        regexp_matches(DSCAUSE, '\b(not|un)[ -]?related|accident|suicide|homicide') as UNRELATED,
        regexp_matches(DSCAUSE, 'toxic|(drug|treatment|therapy)[ -]related|related to|adverse|\bae\b|complication|'
            || 'graft|heart disease|liver disease|lung disease|kidney disease|veno-?occlusive') as MAYBEDRUG
    from disposition
),
fatal as (
    select
        USUBJID,
        string_agg(distinct lower(AEDECOD), ';' order by lower(AEDECOD)) as AECAUSE,
        count(*) filter (where RELFL = 'Y') as NRELATED,
        count(*) filter (where RELFL = 'N') as NUNRELATED,
        count(*) filter (where RELFL is null) as NUNKNOWN,
        count(*) filter (where DLTFL is null and coalesce(RELFL, '') <> 'N') as NOPEN,
        count(*) filter (where DLTFL = 'N' or (DLTFL is null and RELFL = 'N')) as NSETTLED,
        string_agg(distinct coalesce(AEDECOD, ''), ', ' order by coalesce(AEDECOD, ''))
            filter (where RELFL = 'Y' and DLTFL = 'N') as CONTRTERM
    from adae
    where ATOXGR = 5
    group by USUBJID
)
select
    s.USUBJID, d.DSCAUSE, f.AECAUSE,
    cast(coalesce(f.NRELATED, 0) as integer) as NRELATED,
    cast(coalesce(f.NUNRELATED, 0) as integer) as NUNRELATED,
    cast(coalesce(f.NUNKNOWN, 0) as integer) as NUNKNOWN,
    cast(coalesce(f.NOPEN, 0) as integer) as NOPEN,
    case
        when d.DSCAUSE is null and f.USUBJID is null then null
        when f.NOPEN > 0 or f.CONTRTERM is not null then 'NOT ADJUDICATED'
        when f.NSETTLED > 0 then 'OTHER'
        when d.UNRELATED then 'OTHER'
        when d.OFDISEASE and not d.MAYBEDRUG then 'DISEASE'
        else 'NOT ADJUDICATED'
    end as CAUSECD,
    f.CONTRTERM
from adsl as s
left join disease as d on d.USUBJID = s.USUBJID
left join fatal as f on f.USUBJID = s.USUBJID
where s.DTHFL = 'Y'
order by s.USUBJID

-- Question: what did each subject who died die of, by which record, and is that settled?
-- Grain: one subject of DM who died by the data cut.
-- Reads: adae, adsl, dsread, source.dd, source.dm, source.supp, trial.death_cause, trial.disease_term
-- DSCAUSE: what disposition, demographics, their supplemental values or DD (primary cause) name (a bare "death" is no
-- cause). AECAUSE: the fatal adverse events; NRELATED, NUNRELATED, NUNKNOWN: how many of them by causality to the study
-- drug.
-- Each text is judged alone (KIND), by the words of trial.death_cause. DRUG: it names the drug, its toxicity or an
-- overdose. A question mark: OPEN. OTHER: unrelated to the drug, or an accident, in whole phrases. DISEASE: the
-- leukaemia, its relapse or
-- progression, and no word beside that could be another illness. EVENT: "adverse event" and no more. OPEN: anything
-- else.
-- CAUSECD: DISEASE, every text names the leukaemia; OTHER, a fatal event unrelated to the drug or judged not a DLT, or
-- a cause delivered as unrelated to the drug; NOT ADJUDICATED, something is named that may be the drug's doing, also
-- where another record says otherwise; null, nothing is named. NOPEN: fatal events not adjudicated. CONTRTERM: fatal
-- events related to the drug, or whose causality cannot be read, that were adjudicated not a DLT, a contradiction.
with named as (
    select USUBJID, DSTERM as TEXT from dsread where DEATHFL = 'Y'
    union all
    select USUBJID, DSDECOD from dsread where DEATHFL = 'Y' and DSTERM is null
    union all
    select USUBJID, coalesce(DDSTRESC, DDORRES) from source.dd where upper(DDTESTCD) in ('PRCDTH', 'PRCDEATH')
    union all
    select USUBJID, DTHCAUS from source.dm
    union all
    select USUBJID, QVAL from source.supp
    where upper(RDOMAIN) in ('DM', 'DS')
      and regexp_matches(upper(QNAM), '^(DS)?(DTHCAU|DTHREAS|DEATHCAU|CAUSDTH|CDEATH)')
),
stated as (
    select distinct
        USUBJID,
        lower(coalesce(nullif(regexp_extract(trim(TEXT),
            '^(?i:death|died) *(?i:due to|because of|caused by|of|from|:|-|,) *(.+)$', 1), ''), trim(TEXT))) as CAUSE
    from named
    where TEXT is not null
),
cause as (
    -- WORDS: letters and figures alone; RELAPSED without which relapse it was; REST without "not related to the drug"
    select
        USUBJID, CAUSE,
        trim(regexp_replace(CAUSE, '[^a-z0-9]+', ' ', 'g')) as WORDS,
        regexp_replace(WORDS, '\b(first|second|third|1st|2nd|3rd|early|late|post transplant) relapse\b'
            || '|\brelapse (after|post|following) ([a-z]+ )?(transplant|transplantation|hsct|sct|bmt)\b', 'relapse',
            'g') as RELAPSED,
        regexp_replace(WORDS, '\b((not|un|non) ?related|no (causal )?(relation|relationship)) (to|with) (the |any )?'
            || '(study |trial |investigational )?(drug|treatment|medication|product|therapy|agent|imp)\b'
            || '|\b(not|non) (study )?(drug|treatment|therapy) related\b', 'apart') as REST
    from stated
    where not regexp_matches(CAUSE, '^(death|died|dead|fatal)?[ .]*$')
      and not regexp_matches(CAUSE, '^(cause |reason )?(of death )?(is )?(unknown|not known|not stated|unspecified|'
          || 'undetermined|not reported|n/?a|pending|to be determined|tbd|other|unk)\b *(cause|reason)?[ .]*$')
),
worded as (
    select c.USUBJID, c.CAUSE, list(distinct k.KIND) as KINDS
    from cause as c
    join trial.death_cause as k
        on case k.KIND
            when 'DRUG' then regexp_matches(c.REST, k.PATTERN)
            when 'LEUKAEMIA' then regexp_matches(c.RELAPSED, k.PATTERN) and regexp_matches(c.RELAPSED, k.NAMED)
            else regexp_matches(c.WORDS, k.PATTERN) and regexp_matches(c.WORDS, k.NAMED)
        end
    group by c.USUBJID, c.CAUSE
),
judged as (
    select
        c.USUBJID, c.CAUSE, c.WORDS,
        case
            when list_contains(w.KINDS, 'DRUG') then 'DRUG'
            -- a question is no answer
            when contains(c.CAUSE, '?') then 'OPEN'
            when REST <> WORDS and not regexp_matches(REST, '\b(not|possibly|probably|perhaps|likely|unlikely|may|'
                || 'might|suspected|unclear|uncertain|unknown|whether|or) ([a-z]+ )?apart\b') then 'OTHER'
            when list_contains(w.KINDS, 'ACCIDENT') then 'OTHER'
            when list_has_any(w.KINDS, ['LEUKAEMIA', 'DISEASE']) then 'DISEASE'
            when WORDS in (select trim(regexp_replace(TERM, '[^a-z0-9]+', ' ', 'g')) from trial.disease_term)
                then 'DISEASE'
            when list_contains(w.KINDS, 'EVENT') then 'EVENT'
            else 'OPEN'
        end as KIND
    from cause as c
    left join worded as w on w.USUBJID = c.USUBJID and w.CAUSE = c.CAUSE
),
fatal_term as (
    select USUBJID, replace(replace(lower(term), 'septic shock', 'sepsis'), 'septicaemia', 'sepsis') as TERM
    from adae, unnest([AEDECOD, AETERM]) as t (term)
    where ATOXGR = 5 and term is not null
),
disposition as (
    select
        USUBJID, string_agg(CAUSE, ';' order by CAUSE) as DSCAUSE,
        count(*) filter (where KIND = 'DRUG') as NDRUG,
        count(*) filter (where KIND = 'DISEASE') as NDISEASE,
        count(*) filter (where KIND in ('DISEASE', 'OTHER')) as NAPART,
        count(*) as NTEXT,
        -- a cause that no fatal event is: what was said of the event says nothing of it
        count(*) filter (where KIND = 'OPEN' and not exists (
            select 1 from fatal_term as f
            where f.USUBJID = judged.USUBJID and (
                contains(replace(replace(CAUSE, 'septic shock', 'sepsis'), 'septicaemia', 'sepsis'), f.TERM)
                or contains(f.TERM, replace(replace(CAUSE, 'septic shock', 'sepsis'), 'septicaemia', 'sepsis')))
        )) as NELSE
    from judged
    group by USUBJID
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
            filter (where (RELFL = 'Y' or RELUNRFL = 'Y') and DLTFL = 'N') as CONTRTERM
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
        when f.NOPEN > 0 or f.CONTRTERM is not null or d.NDRUG > 0 then 'NOT ADJUDICATED'
        when f.NSETTLED > 0 and coalesce(d.NELSE, 0) = 0 then 'OTHER'
        when d.NDISEASE = d.NTEXT then 'DISEASE'
        when d.NAPART = d.NTEXT then 'OTHER'
        else 'NOT ADJUDICATED'
    end as CAUSECD,
    f.CONTRTERM
from adsl as s
left join disposition as d on d.USUBJID = s.USUBJID
left join fatal as f on f.USUBJID = s.USUBJID
where s.DTHFL = 'Y'
order by s.USUBJID

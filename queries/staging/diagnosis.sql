-- Question: which records of medical history are the disease under study, and which disease do they name?
-- Grain: one record of MH in a category of primary diagnoses, and one disease whose term it has; DISEASE null: no term.
-- Reads: source.mh, trial.diagnosis_category, trial.diagnosis_descriptor, trial.disease_term
-- Reads: trial.mixed_phenotype
-- Kept: no
-- The category (MHCAT or MHSCAT) is compared by its letters alone, without case. A term is a disease's where it has all
-- words of one of that disease's terms and no others but those of its terms and the trial's descriptors (state,
-- lineage, subtype: relapsed, T-cell, FAB M5), in whatever order and in American spelling; a karyotype in brackets is
-- none.
-- MPAL: of mixed phenotype by the trial's words, where no disease of the trial has the term.
with history as (
    select
        USUBJID, MHSEQ, MHDECOD, MHTERM, MHCAT, MHSCAT,
        trim(regexp_replace(lower(concat_ws(' / ', MHDECOD, MHTERM)), '[^a-z0-9]+', ' ', 'g')) as WORDS,
        unnest([MHDECOD, MHTERM]) as TEXT
    from source.mh
    where exists (
        select 1
        from trial.diagnosis_category as c
        where c.CATEGORY in (
            trim(regexp_replace(upper(MHCAT), '[^A-Z]+', ' ', 'g')),
            trim(regexp_replace(upper(MHSCAT), '[^A-Z]+', ' ', 'g'))
        )
    )
),
spelled as (
    select DISEASE, null as WORDS, null as USUBJID, null as MHSEQ, null as TERM, TERM as TEXT from trial.disease_term
    union all
    select null, WORDS, USUBJID, MHSEQ, coalesce(MHDECOD, MHTERM), TEXT from history
),
plain as (
    select
        s.* exclude (TEXT),
        list_filter(list_distinct(string_split(regexp_replace(replace(regexp_replace(lower(TEXT),
            '\b(t|inv|del|ins|add) ?[(][^)]*[)]([(][^)]*[)])?|\bnot otherwise specified\b', ' ', 'g'),
            'aemi', 'emi'), '[^a-z0-9]+', ' ', 'g'), ' ')), lambda w: w <> '') as NAME,
        list_filter(NAME, lambda w: not list_contains(d.WORDS, w)) as BARE
    from spelled as s
    cross join (select list(WORD) as WORDS from trial.diagnosis_descriptor) as d
),
known as (
    select DISEASE, flatten(list(NAME)) as NAMES, list(NAME) as TERMS
    from plain
    where DISEASE is not null
    group by DISEASE
),
found as (
    select m.USUBJID, m.MHSEQ, m.TERM, m.WORDS, k.DISEASE
    from plain as m
    left join known as k
        on list_has_all(k.NAMES, m.BARE) and len(list_filter(k.TERMS, lambda t: list_has_all(m.NAME, t))) > 0
    where m.USUBJID is not null
)
select distinct
    USUBJID, MHSEQ, TERM,
    coalesce(DISEASE, case when exists (
        select 1 from trial.mixed_phenotype as x where regexp_matches(f.WORDS, x.PATTERN)) then 'MPAL' end) as DISEASE
from found as f
-- the decoded and the reported term are one diagnosis: what neither of them names is one record without a disease
qualify DISEASE is not null or count(f.DISEASE) over (partition by USUBJID, MHSEQ, TERM) = 0

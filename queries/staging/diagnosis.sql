-- Question: which records of medical history are the disease under study, and which disease do they name?
-- Grain: one record of MH in a category of primary diagnoses, and one disease whose term it has; DISEASE null: no term.
-- Reads: source.mh, trial.diagnosis_category, trial.disease_term, trial.mixed_phenotype
-- Kept: no
-- The category (MHCAT or MHSCAT) is compared by its letters alone, without case; so is the term, without the words that
-- tell its state (relapsed, refractory, second relapse) and in American spelling. MPAL: of mixed phenotype by the
-- trial's words, where no disease of the trial has the term.
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
    select 'TRIAL' as SIDE, DISEASE, null as WORDS, null as USUBJID, null as MHSEQ, null as TERM, TERM as TEXT
    from trial.disease_term
    union all
    select 'MH', null, WORDS, USUBJID, MHSEQ, coalesce(MHDECOD, MHTERM), TEXT from history
),
plain as (
    select
        *,
        array_to_string(list_filter(string_split(
            trim(regexp_replace(replace(lower(TEXT), 'aemi', 'emi'), '[^a-z0-9]+', ' ', 'g')), ' '),
            lambda w: w not in ('relapsed', 'relapse', 'refractory', 'recurrent', 'recurrence', 'in', 'first', 'second',
                'third', '1st', '2nd', '3rd', 'and', 'or', 'r')), ' ') as NAME
    from spelled
),
found as (
    select m.USUBJID, m.MHSEQ, m.TERM, m.WORDS, t.DISEASE
    from plain as m
    left join plain as t on t.SIDE = 'TRIAL' and t.NAME = m.NAME and m.NAME <> ''
    where m.SIDE = 'MH'
)
select distinct
    USUBJID, MHSEQ, TERM,
    coalesce(DISEASE, case when exists (
        select 1 from trial.mixed_phenotype as x where regexp_matches(f.WORDS, x.PATTERN)) then 'MPAL' end) as DISEASE
from found as f
-- the decoded and the reported term are one diagnosis: what neither of them names is one record without a disease
qualify DISEASE is not null or count(f.DISEASE) over (partition by USUBJID, MHSEQ, TERM) = 0

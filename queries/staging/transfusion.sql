-- Question: which treatments are a transfusion, and when were platelets given, or a product that is not named?
-- Grain: one record of CM, PR or EX that names a transfusion of any kind.
-- Reads: exdrug, source.cm, source.pr, trial.cut, trial.transfusion
-- Kept: no
-- KIND: PLATELETS, NOT NAMED (a transfusion of what is not said) or OTHER. The phrases that are none are left out of a
-- text before its words are looked for: "platelet transfusion for a low platelet count" is one. GIVENFL: N where it was
-- not done. Without a date and given before the trial by its category ("prior", not "prior and concomitant") it is
-- left out. STDT to ENDT: the days on which it may have been given; a partial date stands for each of its days, a
-- missing one for each day up to the data cut.
with delivered as (
    select
        'CM' as DATASET, USUBJID, CMSEQ as SEQ, concat_ws('; ', CMTRT, CMDECOD, CMCAT) as TREATMENT,
        upper(CMCAT) as CATEGORY, CMSTDT as STDT, coalesce(CMENDTL, CMSTDTL) as ENDT,
        upper(left(coalesce(CMOCCUR, 'Y'), 1)) <> 'N' as GIVEN
    from source.cm
    union all
    select
        'PR', USUBJID, PRSEQ, concat_ws('; ', PRTRT, PRDECOD, PRCAT), upper(PRCAT), PRSTDT,
        coalesce(PRENDTL, PRSTDTL), upper(left(coalesce(PROCCUR, 'Y'), 1)) <> 'N'
    from source.pr
    union all
    select 'EX', USUBJID, EXSEQ, EXTRT, null, EXSTDT, coalesce(EXENDTL, EXSTDTL), GIVENFL = 'Y' from exdrug
),
-- each text once: there are many records, and a pattern that is a column is slow
text as (
    select TREATMENT, regexp_replace(lower(TREATMENT), n.PATTERN, ';', 'g') as WORDS
    from (select distinct TREATMENT from delivered where TREATMENT <> '')
    join trial.transfusion as n on n.KIND = 'NONE'
),
named as (
    select
        t.TREATMENT,
        case
            when bool_or(w.KIND = 'PLATELETS') then 'PLATELETS'
            when bool_or(w.KIND = 'TRANSFUSION') then if(bool_or(w.KIND = 'OTHER'), 'OTHER', 'NOT NAMED')
        end as KIND
    from text as t
    join trial.transfusion as w on w.KIND <> 'NONE' and regexp_matches(t.WORDS, w.PATTERN)
    group by t.TREATMENT
)
select
    d.DATASET, d.USUBJID, d.SEQ, d.TREATMENT, n.KIND, case when d.GIVEN then 'Y' else 'N' end as GIVENFL,
    coalesce(d.STDT, date '0001-01-01') as STDT, coalesce(d.ENDT, c.CUTDT) as ENDT
from delivered as d
join named as n on n.TREATMENT = d.TREATMENT and n.KIND is not null
cross join trial.cut as c
where d.STDT is not null
   or not regexp_matches(coalesce(d.CATEGORY, ''), 'PRIOR|PREVIOUS')
   or regexp_matches(d.CATEGORY, 'CONCOM|CONCURR|DURING|ONGOING')

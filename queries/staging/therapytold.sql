-- Question: which delivered treatments are a transplant or another therapy against the leukaemia, by category or name?
-- Grain: one record of CM or PR whose category, drug or treatment the trial names so. KIND: TRANSPLANT or NEW THERAPY.
-- Reads: adsl, source.cm, source.pr, transplanttold, trial.response_word
-- Kept: no
-- A transplant by its name (transplanttold), whether a procedure or among the medications. Given intrathecally, as
-- prophylaxis or before the trial, or not taken place, it is none. STATUS: LATER (dated, by its category or on or after
-- the first infusion), BEFORE, or UNCLEAR: no date, or a partial one that does not tell.
with delivered as (
    select
        'CM' as DATASET, USUBJID, CMSEQ as SEQ, CMCAT as CATEGORY, concat_ws(' ', CMDECOD, CMTRT) as TREATMENT,
        CMROUTE as ROUTE, concat_ws(' ', CMCAT, CMINDC) as REASON, CMOCCUR as OCCUR,
        CMSTDTC as STDTC, CMSTDT as STDT, CMSTDTL as STDTL
    from source.cm
    union all
    select 'PR', USUBJID, PRSEQ, PRCAT, concat_ws(' ', PRDECOD, PRTRT), null, PRCAT, PROCCUR, PRSTDTC, PRSTDT, PRSTDTL
    from source.pr
),
worded as (
    select
        d.* exclude (CATEGORY, TREATMENT), s.TRTSDT, d.TREATMENT as NAME, upper(coalesce(d.CATEGORY, '')) as CATEGORY,
        ' ' || trim(regexp_replace(upper(coalesce(d.TREATMENT, '')), '[^A-Z0-9]+', ' ', 'g')) || ' ' as TREATMENT
    from delivered as d
    join adsl as s on s.USUBJID = d.USUBJID
    where s.TRTSDT is not null
      and not regexp_matches(upper(coalesce(d.ROUTE, '')), 'INTRATHECAL|INTRAVENTRICULAR')
      and not regexp_matches(upper(concat_ws(' ', d.REASON, d.TREATMENT)), 'PROPHYLA|^PRIOR|^PREVIOUS')
      and upper(left(coalesce(d.OCCUR, 'Y'), 1)) <> 'N'
),
named as (
    select
        w.*, coalesce(bool_or(t.KIND = 'CATEGORY'), false) as BYCATEGORY,
        exists (
            select 1 from transplanttold as x
            where x.DATASET = w.DATASET and x.USUBJID = w.USUBJID and x.SEQ is not distinct from w.SEQ
              and x.STDTC is not distinct from w.STDTC and x.TREATMENT = w.NAME
        ) as ISTRANSPLANT
    from worded as w
    left join trial.response_word as t
        on case t.KIND when 'CATEGORY' then contains(w.CATEGORY, t.WORD)
            when 'DRUG' then
                contains(w.TREATMENT, ' ' || trim(regexp_replace(t.WORD, '[^A-Z0-9]+', ' ', 'g')) || ' ') end
    group by all
    having ISTRANSPLANT or count(t.WORD) > 0
)
select
    DATASET, USUBJID, SEQ, NAME, case when ISTRANSPLANT then 'TRANSPLANT' else 'NEW THERAPY' end as KIND,
    STDTC, greatest(STDT, TRTSDT) as STDT, STDTL,
    case when STDTL < TRTSDT then 'BEFORE'
         when STDT >= TRTSDT or (STDT is not null and BYCATEGORY and not ISTRANSPLANT) then 'LATER'
         else 'UNCLEAR' end as STATUS
from named

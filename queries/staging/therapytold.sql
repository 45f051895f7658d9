-- Question: which delivered treatments are a transplant or another therapy against the leukaemia, by category or name?
-- Grain: one record of CM or PR whose category, drug or treatment the trial names so. KIND: TRANSPLANT or NEW THERAPY.
-- Reads: adsl, source.cm, source.pr, trial.response_word
-- Kept: no
-- Given intrathecally, as prophylaxis or before the trial, or not taken place, it is none. STATUS: LATER (dated, by its
-- category or on or after the first infusion), BEFORE, or UNCLEAR: no date, or a partial one that does not tell.
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
      and not regexp_matches(upper(coalesce(d.REASON, '')), 'PROPHYLA|^PRIOR|^PREVIOUS')
      and upper(left(coalesce(d.OCCUR, 'Y'), 1)) <> 'N'
),
named as (
    select w.*, bool_or(t.KIND = 'CATEGORY') as BYCATEGORY, bool_or(t.KIND = 'TRANSPLANT') as ISTRANSPLANT
    from worded as w
    join trial.response_word as t
        on case t.KIND when 'CATEGORY' then contains(w.CATEGORY, t.WORD)
            when 'DRUG' then
                contains(w.TREATMENT, ' ' || trim(regexp_replace(t.WORD, '[^A-Z0-9]+', ' ', 'g')) || ' ')
            when 'TRANSPLANT' then w.DATASET = 'PR' and contains(w.TREATMENT, t.WORD) end
    group by all
)
select
    DATASET, USUBJID, SEQ, NAME, case when ISTRANSPLANT then 'TRANSPLANT' else 'NEW THERAPY' end as KIND,
    STDTC, greatest(STDT, TRTSDT) as STDT, STDTL,
    case when STDTL < TRTSDT then 'BEFORE'
         when STDT >= TRTSDT or (STDT is not null and BYCATEGORY and not ISTRANSPLANT) then 'LATER'
         else 'UNCLEAR' end as STATUS
from named

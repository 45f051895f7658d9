-- Question: which delivered treatments are a transplant or another therapy against the leukaemia, by category or name?
-- Grain: one record of CM, PR or EX (another drug) whose category, drug or treatment the trial names so. KIND:
--     TRANSPLANT or NEW THERAPY.
-- Reads: adsl, exdrug, source.cm, source.pr, transplanttold, trial.response_word, trial.settings
-- Kept: no
-- A transplant by its name (transplanttold), whether a procedure or among the medications. Given intrathecally, as
-- prophylaxis or before the trial by its category (not "prior and concomitant", nor where it is dated after the first
-- infusion), or not taken place, it is none. Another drug of EX counts where it first began after the days on
-- which the first course is given: one given with the study drug is the trial's. STATUS: LATER (dated,
-- by its category or on or after the first infusion), BEFORE, or UNCLEAR: no date, or a partial one that does not tell.
with delivered as (
    select
        'CM' as DATASET, USUBJID, CMSEQ as SEQ, CMCAT as CATEGORY, concat_ws(' ', CMDECOD, CMTRT) as TREATMENT,
        CMROUTE as ROUTE, concat_ws(' ', CMCAT, CMINDC) as REASON, CMOCCUR as OCCUR,
        CMSTDTC as STDTC, CMSTDT as STDT, CMSTDTL as STDTL
    from source.cm
    union all
    select 'PR', USUBJID, PRSEQ, PRCAT, concat_ws(' ', PRDECOD, PRTRT), null, PRCAT, PROCCUR, PRSTDTC, PRSTDT, PRSTDTL
    from source.pr
    union all
    select * from (
        select
            'EX', x.USUBJID, x.EXSEQ, null, x.EXTRT, x.EXROUTE, null,
            case when x.EXDOSE = 0 then 'N' else x.EXOCCUR end, x.EXSTDTC, x.EXSTDT, x.EXSTDTL
        from exdrug as x
        join adsl as a on a.USUBJID = x.USUBJID
        cross join trial.settings as s
        where x.DRUGCD = 'OTHER'
        qualify coalesce(min(x.EXSTDT) over (partition by x.USUBJID, upper(x.EXTRT))
            >= a.TRTSDT + cast(s.INFUSIONS as integer), true)
    )
),
worded as (
    select
        d.* exclude (CATEGORY, TREATMENT), s.TRTSDT, d.TREATMENT as NAME, upper(coalesce(d.CATEGORY, '')) as CATEGORY,
        ' ' || trim(regexp_replace(upper(coalesce(d.TREATMENT, '')), '[^A-Z0-9]+', ' ', 'g')) || ' ' as TREATMENT
    from delivered as d
    join adsl as s on s.USUBJID = d.USUBJID
    where s.TRTSDT is not null
      and not regexp_matches(upper(concat_ws(' ', d.ROUTE, d.CATEGORY, d.TREATMENT)),
          'INTRATHECAL|INTRAVENTRICULAR|(^|[^A-Z])I[.]?T[.]?([^A-Z]|$)')
      and not regexp_matches(upper(concat_ws(' ', d.REASON, d.TREATMENT)), 'PROPHYLA')
      and (coalesce(d.STDT > s.TRTSDT, false)
          or not regexp_matches(upper(concat_ws(' ', d.REASON, d.TREATMENT)), '^(PRIOR|PREVIOUS)')
          or regexp_matches(upper(d.CATEGORY), 'CONCOM|CONCURR|DURING|ONGOING'))
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
            when 'ANTICANCER' then contains(w.CATEGORY, t.WORD) or contains(w.TREATMENT, t.WORD)
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

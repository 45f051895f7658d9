-- Question: which delivered procedures and medications are a transplant, by name?
-- Grain: one record of PR or CM whose name holds a word of the trial's list of transplants, unless not taken place.
-- Reads: source.cm, source.pr, trial.response_word
-- Among the medications not what is given for one or after it (prophylaxis, of rejection, after a transplant), nor HCT
-- alone or beside its full name (hydrochlorothiazide).
with delivered as (
    select
        'PR' as DATASET, USUBJID, PRSEQ as SEQ, PRDECOD as DECOD, PRTRT as TRT, null as REASON, PROCCUR as OCCUR,
        PRSTDTC as STDTC, PRSTDT as STDT, PRSTDTL as STDTL
    from source.pr
    union all
    select 'CM', USUBJID, CMSEQ, CMDECOD, CMTRT, concat_ws(' ', CMCAT, CMINDC), CMOCCUR, CMSTDTC, CMSTDT, CMSTDTL
    from source.cm
),
worded as (
    select
        *, ' ' || trim(regexp_replace(upper(concat_ws(' ', DECOD, TRT)), '[^A-Z0-9]+', ' ', 'g')) || ' ' as TEXT
    from delivered
    where upper(left(coalesce(OCCUR, 'Y'), 1)) <> 'N'
)
select
    DATASET, USUBJID, SEQ, coalesce(DECOD, TRT) as NAME, concat_ws(' ', DECOD, TRT) as TREATMENT, STDTC, STDT, STDTL
from worded as d
where exists (select 1 from trial.response_word as w where w.KIND = 'TRANSPLANT' and contains(d.TEXT, w.WORD))
  and not (
      DATASET = 'CM' and (
          regexp_matches(upper(concat_ws(' ', REASON, TEXT)), 'PROPHYLA|REJECTION')
          or regexp_matches(TEXT, ' (POST|AFTER|FOLLOWING)( [A-Z]+){0,3} [A-Z]*(TRANSPLANT|SCT|HCT|BMT)')
          or regexp_matches(TEXT, 'HYDROCHLOROTHIAZID|THIAZIDE|^( HCT)+( [0-9].*)? $')
      )
  )

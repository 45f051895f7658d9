-- Question: which treatments begun after the first infusion may be another therapy, but are on no list of the trial?
-- Grain: one record of CM, PR or EX with a word of the list of possible therapies in its treatment or indication.
-- Severity: doubtful
-- Weight: decision
-- Says: the treatment may be another therapy against the leukaemia; it is on no list in trial.toml and ends nothing.
-- Do: If it is one, add it to later_therapy_drugs of [response] in trial.toml; a stem cell transplant to transplants.
with delivered as (
    select
        'CM' as DATASET, USUBJID, CMSEQ as SEQ, concat_ws(' ', CMDECOD, CMTRT) as TREATMENT, CMINDC as INDICATION,
        CMCAT as CATEGORY, CMROUTE as ROUTE, CMOCCUR as OCCUR, CMSTDTC as STDTC, CMSTDT as STDT
    from source.cm
    union all
    select 'PR', USUBJID, PRSEQ, concat_ws(' ', PRDECOD, PRTRT), null, PRCAT, null, PROCCUR, PRSTDTC, PRSTDT
    from source.pr
    union all
    select 'EX', USUBJID, EXSEQ, EXTRT, null, null, EXROUTE, EXOCCUR, EXSTDTC, EXSTDT from exdrug where DRUGCD = 'OTHER'
)
select d.DATASET, d.DATASET || 'TRT' as VARIABLE, d.USUBJID,
    d.DATASET || 'SEQ ' || cast(cast(d.SEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', d.TREATMENT, d.INDICATION, d.STDTC) as DETAIL
from delivered as d
join adsl as s on s.USUBJID = d.USUBJID
where d.STDT >= s.TRTSDT and upper(left(coalesce(d.OCCUR, 'Y'), 1)) <> 'N'
  and exists (
      select 1 from trial.possible_therapy as w
      where regexp_matches(lower(d.TREATMENT), w.PATTERN) or regexp_matches(lower(d.INDICATION), w.PATTERN)
  )
  and not regexp_matches(upper(concat_ws(' ', d.ROUTE, d.CATEGORY, d.TREATMENT, d.INDICATION)),
      'INTRATHECAL|INTRAVENTRICULAR|PROPHYLA|ASPIRAT|BIOPSY|PUNCTURE|REJECTION')
  and not exists (
      select 1 from therapytold as t
      where t.DATASET = d.DATASET and t.USUBJID = d.USUBJID and t.SEQ is not distinct from d.SEQ
  )

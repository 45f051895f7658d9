-- Question: which records say that a subject's treatment, study or both ended, why, and does that mean toxicity?
-- Grain: one disposition event of DS.
-- Reads: dsread, trial.dose_reason
-- Kept: no
-- One event may end the treatment, the study or (where the sponsor does not tell them apart) both. A failed screening
-- ends the study, whatever its epoch says; a screening, or another epoch before treatment, that was completed ends
-- nothing.
select
    USUBJID, DECOD as DSDECOD, DSSTDT, DSSTDTL, DSSTDTF, DSTERM,
    coalesce(DSSTDT, DSDT, date '0001-01-01') as ORDERDT, coalesce(DSSEQ, 0) as DSSEQ,
    upper(coalesce(EPOCH, '')) like 'SCREEN%'
        or regexp_matches(upper(coalesce(DSDECOD, '')), '^SCREEN(ING)? FAIL') as SCREENED,
    case
        when SCREENED then 'STUDY'
        when upper(coalesce(DSSCAT, '')) like '%STUDY PARTICIPATION%'
            or upper(coalesce(DSSCAT, '')) like '%STUDY DISPOSITION%' then 'STUDY'
        when upper(coalesce(DSSCAT, '')) like '%TREATMENT%' then 'TREATMENT'
        when upper(EPOCH) like 'FOLLOW%' or upper(EPOCH) like '%LONG%TERM%' then 'STUDY'
        when EPOCH is null then 'BOTH'
        else 'TREATMENT'
    end as ENDED,
    upper(coalesce(DECOD, '')) <> 'DEATH' and exists (
        select 1
        from trial.dose_reason as w
        join trial.dose_reason as n on n.MEANS = 'NEGATED'
        where w.MEANS = 'TOXICITY'
          and regexp_matches(regexp_replace(lower(concat_ws('; ', DECOD, DSTERM)), n.PATTERN, '', 'g'), w.PATTERN)
    ) as OFTOXICITY
from dsread
where upper(coalesce(DSCAT, 'DISPOSITION EVENT')) = 'DISPOSITION EVENT'
  -- a record of the enrolment, of the consent or of a completed screening is no end
  and coalesce(STEPCD, '') not in ('ENROLLED', 'CONSENTED', 'FINISHED')

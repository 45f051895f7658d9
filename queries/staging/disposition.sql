-- Question: which records say that a subject's treatment, study or both ended, why, and does that mean toxicity?
-- Grain: one disposition event of DS.
-- Reads: dsread, trial.dose_reason
-- Kept: no
-- One event may end the treatment, the study or (where the sponsor does not tell them apart, or an end of treatment
-- says in words that the study was left) both. GONE: lost to follow-up, or the consent was withdrawn.
-- A failed screening ends the study, whatever its epoch says; a screening, or another epoch before treatment, that was
-- completed ends nothing.
select
    USUBJID, DECOD as DSDECOD, DSSTDT, DSSTDTL, DSSTDTF, DSTERM,
    coalesce(DSSTDT, DSDT, date '0001-01-01') as ORDERDT, coalesce(DSSEQ, 0) as DSSEQ,
    upper(coalesce(EPOCH, '')) like 'SCREEN%'
        or regexp_matches(upper(coalesce(DSDECOD, '')), '^SCREEN(ING)? FAIL') as SCREENED,
    LEFTCD = 'CONTACT' as GONE,
    case
        when SCREENED then 'STUDY'
        when regexp_matches(CATEGORY, 'STUDY (PARTICIPATION|DISPOSITION|COMPLETION|TERMINATION|EXIT|CONCLUSION|STATUS)|'
            || '(END OF|OFF)[ -]STUDY') then 'STUDY'
        when CATEGORY like '%TREATMENT%' and coalesce(LEFTCD, '') <> 'STUDY' then 'TREATMENT'
        when regexp_matches(upper(EPOCH), '^(FOLLOW|SURVIVAL|POST.?TREATMENT|END OF STUDY)|^(STUDY|TRIAL)$|LONG.*TERM')
            then 'STUDY'
        when EPOCH is null or LEFTCD = 'STUDY' then 'BOTH'
        else 'TREATMENT'
    end as ENDED,
    upper(coalesce(DECOD, '')) <> 'DEATH' and exists (
        select 1
        from trial.dose_reason as w
        join trial.dose_reason as n on n.MEANS = 'NEGATED'
        where w.MEANS = 'TOXICITY'
          and regexp_matches(regexp_replace(lower(concat_ws('; ', DECOD, DSTERM)), n.PATTERN, '', 'g'), w.PATTERN)
    ) as OFTOXICITY
from (select *, upper(concat_ws(' ', DSCAT, DSSCAT)) as CATEGORY from dsread)
-- the categories of an end, in the words that occur; in another one only what itself says that the subject left
where (DSCAT is null or LEFTCD is not null or regexp_matches(upper(DSCAT),
        'DISPOSITION|COMPLETION|TERMINATION|DISCONTINU|WITHDRAW|CONCLUSION|END OF|OFF[ -](STUDY|TREAT)|EXIT|STATUS'))
  -- a record of the enrolment, of the consent or of a completed screening is no end, nor that it goes on
  and coalesce(STEPCD, '') not in ('ENROLLED', 'CONSENTED', 'FINISHED')
  and not regexp_matches(upper(trim(coalesce(DSDECOD, DSTERM, ''))), '^((SUBJECT|PATIENT) (IS )?)?(STILL )?'
      || '(ONGOING|CONTINUING|CONTINUES|ACTIVE|ALIVE|ON[ -](STUDY|TREATMENT|TRIAL)|IN FOLLOW)')

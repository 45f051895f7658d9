-- Question: which results of the day of the first infusion have no time?
-- Grain: one ECG, laboratory or cardiac imaging result of that day without a clock time, a planned time that says
--     pre-dose or post-dose, or a flag as baseline; those of the laboratory where the trial does not take them as
--     before the infusion.
-- Severity: doubtful
-- Weight: number; decision in CV
-- Says: it is not known whether the result is from before or after the first infusion; it is neither baseline nor a
--     result after treatment.
-- Do: Ask the sponsor for the time, or for the flag of the baseline.
with result as (
    select 'EG' as DATASET, USUBJID, EGSEQ as SEQ, EGTESTCD as TESTCD,
        case when 'Y' in (upper(left(EGBLFL, 1)), upper(left(EGLOBXFL, 1)))
            or ('EG', USUBJID, cast(EGSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end as FLAG,
        EGDT as DT, EGDTF as DTF, EGDTM as DTM, EGTPT as TPT, EGTPTNUM as TPTNUM, EGDTC as DTC
    from source.eg
    where upper(coalesce(EGSTAT, '')) <> 'NOT DONE'
    union all
    select 'LB', USUBJID, LBSEQ, LBTESTCD,
        case when 'Y' in (upper(left(LBBLFL, 1)), upper(left(LBLOBXFL, 1)))
            or ('LB', USUBJID, cast(LBSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end, LBDT, LBDTF, LBDTM, LBTPT, null, LBDTC
    from source.lb
    cross join trial.settings as s
    where upper(coalesce(LBSTAT, '')) <> 'NOT DONE' and s.LABDAY1 = 'UNKNOWN'
    union all
    select 'CV', USUBJID, CVSEQ, CVTESTCD,
        case when 'Y' in (upper(left(CVBLFL, 1)), upper(left(CVLOBXFL, 1)))
            or ('CV', USUBJID, cast(CVSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end, CVDT, CVDTF, CVDTM, CVTPT, null, CVDTC
    from source.cv
    where upper(coalesce(CVSTAT, '')) <> 'NOT DONE'
)
select r.DATASET, r.TESTCD as VARIABLE, r.USUBJID,
    r.DATASET || 'SEQ ' || cast(cast(r.SEQ as bigint) as varchar) as RECORD, concat_ws(', ', r.DTC, r.TPT) as DETAIL
from result as r
join adsl as s on s.USUBJID = r.USUBJID
where r.DT = s.TRTSDT and r.DTF is null and upper(left(coalesce(r.FLAG, 'N'), 1)) <> 'Y'
  and (r.DTM is null or s.TRTSDTM is null)
  and not (r.TPT is null and coalesce(r.TPTNUM <= 0, false))
  and not regexp_matches(upper(coalesce(r.TPT, '')),
      '(^|[^A-Z])(PRE|BEFORE|PRIOR|BASELINE|SCREEN|POST|END OF|EOI|DURING)|AFTER.*[^A-Z](DOS|INFUS|ADMIN|START|END)'
      '|^[+]?[0-9.]*[1-9][0-9.]* *(H|HR|HOUR|M|MIN)')

-- Question: which results flagged as baseline were taken after the first infusion?
-- Grain: one result of EG, LB or CV.
-- Severity: doubtful
-- Weight: number; decision in CV
-- Says: the result is flagged as baseline although it was taken after the first infusion; it is no baseline and counts
--     as a result after treatment.
-- Do: Ask the sponsor to correct the flag or the date.
with result as (
    select 'EG' as DATASET, USUBJID, EGSEQ as SEQ, EGTESTCD as TESTCD,
        case when 'Y' in (upper(left(EGBLFL, 1)), upper(left(EGLOBXFL, 1)))
            or ('EG', USUBJID, cast(EGSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end as FLAG,
        EGDT as DT, EGDTM as DTM, EGDTC as DTC, EGTPT as TPT from source.eg
    union all
    select 'LB', USUBJID, LBSEQ, LBTESTCD,
        case when 'Y' in (upper(left(LBBLFL, 1)), upper(left(LBLOBXFL, 1)))
            or ('LB', USUBJID, cast(LBSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end, LBDT, LBDTM, LBDTC, LBTPT from source.lb
    union all
    select 'CV', USUBJID, CVSEQ, CVTESTCD,
        case when 'Y' in (upper(left(CVBLFL, 1)), upper(left(CVLOBXFL, 1)))
            or ('CV', USUBJID, cast(CVSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end, CVDT, CVDTM, CVDTC, CVTPT from source.cv
)
select r.DATASET, r.TESTCD as VARIABLE, r.USUBJID,
    r.DATASET || 'SEQ ' || cast(cast(r.SEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', r.DTC, r.TPT,
        'first infusion ' || coalesce(strftime(s.TRTSDTM, '%Y-%m-%dT%H:%M'), cast(s.TRTSDT as varchar))) as DETAIL
from result as r
join adsl as s on s.USUBJID = r.USUBJID
where upper(left(r.FLAG, 1)) = 'Y'
  and (r.DT > s.TRTSDT or (r.DT = s.TRTSDT and case
      when r.DTM is not null and s.TRTSDTM is not null then r.DTM > s.TRTSDTM
      else regexp_matches(upper(coalesce(r.TPT, '')),
          '(^|[^A-Z])(POST|END OF|EOI|DURING)|AFTER.*[^A-Z](DOS|INFUS|ADMIN|START|END)'
          '|^[+]?[0-9.]*[1-9][0-9.]* *(H|HR|HOUR|M|MIN)') end))

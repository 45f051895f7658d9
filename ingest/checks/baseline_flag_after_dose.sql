-- Question: which results flagged as baseline are dated after the first infusion?
-- Grain: one result of EG, LB or CV.
-- Severity: doubtful
-- Says: the result is flagged as baseline although it was taken after the first infusion; it is no baseline and counts
--     as a result after treatment.
-- Do: Ask the sponsor to correct the flag or the date.
with result as (
    select 'EG' as DATASET, USUBJID, EGSEQ as SEQ, EGTESTCD as TESTCD, EGBLFL as FLAG, EGDT as DT, EGDTM as DTM,
        EGDTC as DTC from source.eg
    union all
    select 'LB', USUBJID, LBSEQ, LBTESTCD, LBBLFL, LBDT, LBDTM, LBDTC from source.lb
    union all
    select 'CV', USUBJID, CVSEQ, CVTESTCD, coalesce(CVBLFL, CVLOBXFL), CVDT, CVDTM, CVDTC from source.cv
)
select r.DATASET, r.TESTCD as VARIABLE, r.USUBJID, r.DATASET || 'SEQ ' || cast(cast(r.SEQ as bigint) as varchar)
    as RECORD, concat_ws(', ', r.DTC, 'first infusion ' || cast(coalesce(cast(s.TRTSDTM as varchar),
    cast(s.TRTSDT as varchar)) as varchar)) as DETAIL
from result as r
join adsl as s on s.USUBJID = r.USUBJID
where upper(left(r.FLAG, 1)) = 'Y'
  and (r.DT > s.TRTSDT or (r.DT = s.TRTSDT and r.DTM > s.TRTSDTM))

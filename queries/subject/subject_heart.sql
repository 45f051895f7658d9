-- Question: which heart values does this subject have?
-- Grain: one result of adcv of the subject ($usubjid) that counts for its day.
select
    v.USUBJID, s.SUBJID, v.PARAMCD, v.PARAM, v.ADT, v.ADY, v.AVISIT, v.SERIES, v.AVAL, v.AVALC, v.AVALU, v.UPLIM,
    v.ABLFL, v.POSTFL, v.BASE, case when v.POSTFL = 'Y' then v.CHG end as CHG, v.ATOXGR,
    v.ATOXGRQ, v.CTRCD, v.CTRCDQ, v.CTRCDPOS, v.RISEFL, v.CUMDOSE,
    v.SRCSEQ
from adcv as v
join adsl as s on s.USUBJID = v.USUBJID
where v.USUBJID = $usubjid and v.ANL01FL = 'Y'
order by v.ADT nulls last, v.PARAMN

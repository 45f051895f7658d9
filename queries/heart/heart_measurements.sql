-- Question: which cardiac measurements does each treated subject have, when, and how far from baseline?
-- Grain: one result of adcv with a usable date, of the parameters asked for ($parameters, e.g. LVEF, GLS): one a day,
--     or ($every) of every imaging method of a day.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
    v.PARAMCD, v.PARAM, v.ADT, v.ADY, v.AVISIT, v.SERIES,
    v.AVAL, v.AVALQ, v.AVALC, v.AVALU, v.UPLIM, v.JUDGEFL,
    v.ABLFL, v.POSTFL, v.BASE, v.BASEQ, v.CHG, v.PCHG,
    v.ATOXGR, v.ATOXGRQ, v.CTRCD, v.CTRCDQ, v.CTRCDPOS, v.CTRCDMIS, v.GLSDECL,
    v.MRKRISE, v.ABOVEFL, v.RISEFL, v.ECHODAYS,
    v.CUMDOSE, s.PANTDOX, s.PANTMISS
from adcv as v
join selected as s on s.USUBJID = v.USUBJID
where s.SAFFL = 'Y' and case when $every then v.ADT is not null and v.ADTF is null else v.ANL01FL = 'Y' end
    and list_contains($parameters, v.PARAMCD)
order by s.TRTAN, s.USUBJID, v.PARAMN, v.ADT, v.ABLFL desc nulls last

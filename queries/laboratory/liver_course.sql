-- Question: how did ALT, AST, bilirubin and alkaline phosphatase of some subjects ($people) run, day by day?
-- Grain: one value of a test on a day (the last of the day) as a multiple of its own upper limit of normal (XULN).
select s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.DISEASE, l.PARAMCD, l.ADT, l.ADY, l.AVAL,
    l.AVALU, l.AVALQ, l.ANRHI, l.AVAL / l.ANRHI as XULN
from adlb as l
join selected as s on s.USUBJID = l.USUBJID
where list_contains($people, l.USUBJID) and l.PARAMCD in ('ALT', 'AST', 'BILI', 'ALP')
  and l.ANL01FL = 'Y' and l.ANRHI > 0 and l.AVAL >= 0 and l.ADY is not null
  and coalesce(l.NOTERM, '') <> 'specimen is not blood'
order by l.USUBJID, l.PARAMCD, l.ADY

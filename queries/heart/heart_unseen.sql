-- Question: who was given another course, and is there an ejection fraction since the first infusion?
-- Grain: one subject with a second course; NLATER counts the ejection fractions since the first infusion.
select s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.NCOURSE, s.CUMDOSE,
    count(v.USUBJID) as NLATER
from selected as s
left join adcv as v on v.USUBJID = s.USUBJID and v.PARAMCD = 'LVEF' and v.POSTFL = 'Y'
where s.SAFFL = 'Y' and s.NCOURSE > 1
group by s.USUBJID, s.SUBJID, s.TRTA, s.NCOURSE, s.CUMDOSE
order by s.NCOURSE desc, s.USUBJID

-- Question: when did the counts of each subject recover after a course ($course), or what came before they could?
-- Grain: one treated subject given that course, and limit of neutrophils (ANC) or platelets (PLAT).
select s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, c.*
from adcount as c
join selected as s on s.USUBJID = c.USUBJID
where c.COURSE = $course
order by c.PARAMCD, c.LIMITVAL, s.TRTAN, c.AVAL, s.USUBJID

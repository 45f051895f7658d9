-- Question: which courses were given, and to how many subjects?
-- Grain: one course.
select c.COURSE, cast(count(distinct c.USUBJID) as integer) as NSUBJ
from adcount as c
join selected as s on s.USUBJID = c.USUBJID
group by c.COURSE
order by c.COURSE

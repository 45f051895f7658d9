-- Question: at which times after which infusions does the trial plan samples?
-- Grain: one planned time of one day of a course.
select COURSE, COURSEDAY as COURSEDY, NRRLT
from trial.pk_sample
order by COURSE, COURSEDAY, NRRLT

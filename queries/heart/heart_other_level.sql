-- Question: who was also given a dose of another level than that of the arm?
-- Grain: one subject and other dose level. A part of the assigned dose (an infusion interrupted) is not another level.
select s.USUBJID, s.SUBJID, s.TRTA, l.TRTA as OTHER, min(x.COURSE) as COURSE
from selected as s
join adex as x on x.USUBJID = s.USUBJID
join trial.dose_level as l on abs(l.DOSE - x.DOSE) < 0.01
where s.SAFFL = 'Y' and l.DOSELVL <> s.DOSELVL
group by s.USUBJID, s.SUBJID, s.TRTA, l.TRTA, l.DOSE
order by s.USUBJID, l.DOSE

-- Question: which pharmacokinetic parameters has this subject?
-- Grain: one parameter of one analyte after one infusion of the subject ($usubjid).
select p.USUBJID, s.SUBJID, p.ANALYTE, p.COURSE, p.COURSEDY, p.PARAMCD, p.AVAL, p.AVALU, p.REASON, p.NOTE, p.DERIVED,
    p.DELIVERED, p.DIFFFL
from adpp as p
join adsl as s on s.USUBJID = p.USUBJID
where p.USUBJID = $usubjid
order by p.COURSE, p.COURSEDY, p.ANALYTE desc, p.PARAMCD

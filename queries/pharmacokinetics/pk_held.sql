-- Question: which pharmacokinetic parameters of which analyte does the cut hold, after which infusions?
-- Grain: one parameter of one analyte after one infusion; NKNOWN: profiles in which it is known.
select ANALYTE, COURSE, COURSEDY, PARAMCD, cast(count(AVAL) as integer) as NKNOWN
from adpp
group by ANALYTE, COURSE, COURSEDY, PARAMCD
order by ANALYTE, COURSE, COURSEDY, PARAMCD

-- Question: of which analyte are there concentrations in the cut, under which name, after which infusions?
-- Grain: one analyte (PARAMCD, null where the trial's definition names none) and infusion; PARAM: its commonest name.
select PARAMCD, mode(PARAM) over (partition by PARAMCD) as PARAM, COURSE, COURSEDY
from adpc
qualify row_number() over (partition by PARAMCD, COURSE, COURSEDY) = 1
order by PARAMCD, COURSE, COURSEDY

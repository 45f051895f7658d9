-- Question: of which analyte are there concentrations in the cut, under which name, after which infusions?
-- Grain: one analyte (PARAMCD, null where the trial's definition names none) and infusion; PARAM: its commonest name.
with named as (
    select PARAMCD, mode(PARAM) as PARAM
    from adpc
    group by PARAMCD
)
select s.PARAMCD, n.PARAM, s.COURSE, s.COURSEDY
from (select distinct PARAMCD, COURSE, COURSEDY from adpc) as s
left join named as n on n.PARAMCD = s.PARAMCD
order by s.PARAMCD, s.COURSE, s.COURSEDY

-- Question: whose death is dated after the data cut alone, and from which day on?
-- Grain: one selected subject, who counts as alive in this cut.
select s.USUBJID, s.SUBJID, min(d.DT) as DTHDT
from selected as s
join deathtold as d on d.USUBJID = s.USUBJID
where s.DTHFL is null and d.AFTERFL = 'Y'
group by s.USUBJID, s.SUBJID
order by DTHDT, s.USUBJID

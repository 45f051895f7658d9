-- Question: how long was each subject followed to the event of one end point (OS, DOR or EFS), and did it happen?
-- Grain: one subject of the end point.
select
    s.USUBJID, s.SUBJID, s.DISEASE, s.TRTA, s.TRTAN, t.STARTDT, t.ADT, t.AVAL, t.CNSR, 1 - t.CNSR as EVENT, t.EVNTDESC,
    s.HSCTDT is not null and s.HSCTDT >= t.STARTDT and s.HSCTDT <= t.ADT as TRANSPLANT
from adtte as t
join selected as s on s.USUBJID = t.USUBJID
where t.PARAMCD = $endpoint
order by s.DISEASE, t.AVAL, s.USUBJID

-- Question: how long was each subject followed to the event of one end point (OS, DOR or EFS), and did it happen?
-- Grain: one subject of the end point. LATERTRANSPLANT: censored, and transplanted after that day.
select
    s.USUBJID, s.SUBJID, s.DISEASE, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, t.STARTDT, t.ADT, t.AVAL,
    t.CNSR, 1 - t.CNSR as EVENT, t.EVNTDESC,
    s.HSCTDT is not null and s.HSCTDT >= t.STARTDT and coalesce(s.HSCTDT <= t.ADT, false) as TRANSPLANT,
    coalesce(t.CNSR = 1 and s.HSCTDT > t.ADT, false) as LATERTRANSPLANT
from adtte as t
join selected as s on s.USUBJID = t.USUBJID
where t.PARAMCD = $endpoint
order by s.DISEASE, t.AVAL, s.USUBJID

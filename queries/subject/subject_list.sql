-- Question: which subjects can be looked at one by one?
-- Grain: one subject of DM that the filters leave, and the one already chosen ($usubjid, null for none).
select s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.SAFFL, d.DLTSTAT
from adsl as s
left join addl as d on d.USUBJID = s.USUBJID
where s.USUBJID in (select USUBJID from selected) or s.USUBJID = $usubjid
order by s.SUBJID, s.USUBJID

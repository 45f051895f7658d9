-- Question: which scheduled assessments of which subjects are overdue and can still be done, and since when?
-- Grain: one such assessment (ECHO, ECG, MARROW) on treatment, the longest overdue first.
select s.USUBJID, s.SUBJID, d.ASSESS, d.AVISIT, d.DUEDT, d.DAYSLATE
from addue as d
join selected as s on s.USUBJID = d.USUBJID
where s.SAFFL = 'Y' and d.ASSESS <> 'PK' and d.STATUS = 'Overdue' and d.GONEFL = 'N' and d.BASEFL is null
order by d.ASSESS, d.DAYSLATE desc, s.USUBJID, d.DUEDT

-- Question: how many of the scheduled echocardiograms are done, overdue, missed, not due or not to be expected?
-- Grain: status.
select d.STATUS, count(*) as N, count(distinct d.USUBJID) as NSUBJ
from addue as d
join selected as s on s.USUBJID = d.USUBJID
where d.ASSESS = 'ECHO' and s.SAFFL = 'Y'
group by d.STATUS
order by d.STATUS

-- Question: how many of the scheduled echocardiograms are done, overdue, missed, not due or not expected?
-- Grain: baseline (due by the day of the first infusion) or not, status, and whether an overdue one can still be done.
select
    coalesce(d.BASEFL, 'N') as BASEFL, d.STATUS, coalesce(d.GONEFL, 'N') as GONEFL, count(*) as N,
    count(distinct d.USUBJID) as NSUBJ
from addue as d
join selected as s on s.USUBJID = d.USUBJID
where d.ASSESS = 'ECHO' and s.SAFFL = 'Y'
group by all
order by all

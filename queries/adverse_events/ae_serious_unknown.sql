-- Question: of how many adverse events is it not known whether they were serious?
-- Grain: one row.
select count(*) as NEVENTS, count(distinct a.USUBJID) as NSUBJ
from adae as a
join selected as s on s.USUBJID = a.USUBJID
where a.AESERC is null

-- Question: how many scheduled assessments of each kind were due on treatment, and how many of them are overdue?
-- Grain: one kind of assessment (ECHO, ECG, MARROW). NDUE: window closed, or done; NOVERDUE: of these overdue in
--     subjects who can still have it, NGONE: in subjects who later died or discontinued. Baselines: NBASE of NBASEDUE
--     not done.
select
    d.ASSESS,
    cast(count(*) filter (where d.BASEFL is null) as integer) as NDUE,
    cast(count(*) filter (where d.BASEFL is null and d.STATUS = 'Overdue' and d.GONEFL = 'N') as integer) as NOVERDUE,
    cast(count(*) filter (where d.BASEFL is null and d.STATUS = 'Overdue' and d.GONEFL = 'Y') as integer) as NGONE,
    cast(count(*) filter (where d.BASEFL = 'Y') as integer) as NBASEDUE,
    cast(count(*) filter (where d.BASEFL = 'Y' and d.STATUS <> 'Done') as integer) as NBASE
from addue as d
join selected as s on s.USUBJID = d.USUBJID
where s.SAFFL = 'Y' and d.ASSESS <> 'PK' and d.STATUS in ('Done', 'Missed', 'Overdue')
group by d.ASSESS
order by d.ASSESS

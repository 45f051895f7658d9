-- Question: which echocardiograms are overdue or were missed, how late, and what was the last ejection fraction?
-- Grain: one scheduled echocardiogram of one treated subject that is overdue or missed.
with last_echo as (
    select USUBJID, ADT as LASTDT, AVAL as LASTLVEF, CTRCD as LASTCTRCD
    from adcv
    where PARAMCD = 'LVEF' and ANL01FL = 'Y'
    qualify row_number() over (partition by USUBJID order by ADT desc) = 1
),
other_unit as (
    -- whose study drug was given in another unit than the trial's: its sum is not shown under the trial's unit
    select distinct x.USUBJID
    from adex as x
    cross join trial.settings as u
    where lower(replace(x.DOSEU, '²', '2')) <> u.DOSEU
)
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
    d.AVISIT, d.DUEDT, d.WINLO, d.WINHI, d.STATUS, d.ADT, d.DAYSLATE, d.GONEFL, d.BASEFL,
    l.LASTDT, l.LASTLVEF, l.LASTCTRCD, case when o.USUBJID is null then s.CUMDOSE end as CUMDOSE, s.PANTDOX
from addue as d
join selected as s on s.USUBJID = d.USUBJID
left join last_echo as l on l.USUBJID = d.USUBJID
left join other_unit as o on o.USUBJID = d.USUBJID
where d.ASSESS = 'ECHO' and d.STATUS in ('Overdue', 'Missed') and s.SAFFL = 'Y'
order by case d.STATUS when 'Overdue' then 0 else 1 end, d.DAYSLATE desc, s.USUBJID, d.DUEDT

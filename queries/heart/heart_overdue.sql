-- Question: whose echocardiogram is overdue or was missed, how late, and what was the last ejection fraction?
-- Grain: one scheduled echocardiogram of one treated subject that is overdue or missed.
with last_echo as (
    select USUBJID, ADT as LASTDT, AVAL as LASTLVEF, CTRCD as LASTCTRCD
    from adcv
    where PARAMCD = 'LVEF' and ANL01FL = 'Y'
    qualify row_number() over (partition by USUBJID order by ADT desc) = 1
)
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
    d.AVISIT, d.DUEDT, d.WINLO, d.WINHI, d.STATUS, d.ADT, d.DAYSLATE, d.GONEFL, d.BASEFL,
    l.LASTDT, l.LASTLVEF, l.LASTCTRCD, s.CUMDOSE, s.PANTDOX
from addue as d
join selected as s on s.USUBJID = d.USUBJID
left join last_echo as l on l.USUBJID = d.USUBJID
where d.ASSESS = 'ECHO' and d.STATUS in ('Overdue', 'Missed') and s.SAFFL = 'Y'
order by case d.STATUS when 'Overdue' then 0 else 1 end, d.DAYSLATE desc, s.USUBJID, d.DUEDT

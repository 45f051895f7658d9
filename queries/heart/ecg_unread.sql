-- Question: which corrected QT (or QT) intervals, not surely from before the first infusion, have no number?
-- Grain: one delivered QTc or QT of a treated subject that is a limit, a range or a text without a readable number or
--     with an unknown unit, or a doubtful number (REASONCD), or a QT without a heart rate (NO RATE).
with unread as (
    select USUBJID, PARAMCD, ADT, AVALC, AVALU, REASONCD
    from adegout
    where PARAMCD in ('QTCF', 'QTCB', 'QT') and REASONCD in ('LIMIT', 'UNREADABLE', 'UNKNOWN UNIT', 'DOUBTFUL')
      and coalesce(BEFOREFL, 'N') = 'N' and DERFL is null
    union all
    select q.USUBJID, q.PARAMCD, q.ADT, cast(round(q.AVAL, 1) as varchar), q.AVALU, 'NO RATE'
    from adeg as q
    where q.PARAMCD = 'QT' and coalesce(q.BEFOREFL, 'N') = 'N' and not exists (
        select 1 from adeg as c
        where c.USUBJID = q.USUBJID and c.PARAMCD = 'QTCF' and c.ADT is not distinct from q.ADT
          and c.ADTM is not distinct from q.ADTM and c.ATPT is not distinct from q.ATPT
          and c.ATPTN is not distinct from q.ATPTN and c.VISITNUM is not distinct from q.VISITNUM
    )
)
select s.USUBJID, s.SUBJID, u.PARAMCD, u.ADT, u.AVALC, u.AVALU, u.REASONCD
from unread as u
join selected as s on s.USUBJID = u.USUBJID
where s.SAFFL = 'Y'
order by s.TRTAN, s.USUBJID, u.ADT, u.AVALC

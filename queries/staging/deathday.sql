-- Question: on which day at the earliest, and at the latest, did each subject die?
-- Grain: one subject whose death has a date of this cut.
-- Reads: adsl, deathtold
-- Kept: no
-- DTHDT is that of adsl, DTHDTL the last day that its text allows, up to the data cut.
with dated as (
    select
        USUBJID, DT, RANK + case when DTF is null then 0 else 10 end as RANK,
        case DTF when 'D' then last_day(DT) when 'M' then make_date(year(DT), 12, 31) else DT end as DTL
    from deathtold
    where DT is not null and AFTERFL = 'N'
)
select s.USUBJID, s.DTHDT, least(greatest(min_by(d.DTL, d.RANK), s.DTHDT), s.CUTDT) as DTHDTL
from adsl as s
join dated as d on d.USUBJID = s.USUBJID
where s.DTHDT is not null
group by s.USUBJID, s.DTHDT, s.CUTDT

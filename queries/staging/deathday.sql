-- Question: on which day at the earliest, and at the latest, did each subject die?
-- Grain: one subject who died by the data cut.
-- Reads: adsl, contact, deathtold
-- DTHDT is that of adsl, DTHDTL the last day that its text allows, up to the data cut (the cut where no record dates
-- the death). DTHFDT: the first day on which it can have been: no partial or missing date lies before the last contact
-- (where the two contradict each other, the text decides). DTHADY, DTHLADY: the study days of DTHFDT and DTHDTL (of the
-- data cut where no record dates the death).
with dated as (
    select
        USUBJID, DT, RANK + case when DTF is null then 0 else 10 end as RANK, DTF is null as WHOLE,
        case DTF when 'D' then last_day(DT) when 'M' then make_date(year(DT), 12, 31) else DT end as DTL
    from deathtold
    where DT is not null and AFTERFL = 'N'
),
ranged as (
    select
        s.USUBJID, s.TRTSDT, s.CUTDT, s.DTHDT, least(greatest(min_by(d.DTL, d.RANK), s.DTHDT), s.CUTDT) as DTHDTL,
        coalesce(min_by(d.WHOLE, d.RANK), false) as WHOLE
    from adsl as s
    left join dated as d on d.USUBJID = s.USUBJID
    where s.DTHFL = 'Y'
    group by s.USUBJID, s.TRTSDT, s.CUTDT, s.DTHDT
),
first as (
    select
        r.*,
        case
            when r.WHOLE or r.TRTSDT > r.DTHDTL then r.DTHDT
            when c.LASTDT > r.DTHDTL then greatest(r.DTHDT, r.TRTSDT)
            else greatest(r.DTHDT, c.LASTDT, r.TRTSDT)
        end as DTHFDT
    from ranged as r
    left join contact as c on c.USUBJID = r.USUBJID
)
select
    USUBJID, DTHDT, DTHDTL, DTHFDT,
    cast(DTHFDT - TRTSDT + case when DTHFDT >= TRTSDT then 1 else 0 end as integer) as DTHADY,
    cast(DTHDTL - TRTSDT + case when DTHDTL >= TRTSDT then 1 else 0 end as integer) as DTHLADY
from first

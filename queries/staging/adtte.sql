-- Question: how long did each subject live, stay in remission, and stay free of progression?
-- Grain: one treated subject and end point: OS, EFS; DOR and DORT of those who reached remission.
-- Reads: adrs, adsl, contact, deathtold, latertherapy, source.dm
-- AVAL counts both days: ADT - STARTDT + 1. CNSR 0 = event, 1 = censored. Transplant and later therapy censor DORT
-- alone. A relapse whose partial date may be after the first remission is after it.
-- A death that no record dates is an event without a time: ADT and AVAL are empty. LSTALVDT: last day known alive.
with treated as (
    select
        s.USUBJID, s.TRTSDT, s.CUTDT,
        s.DTHDT,
        coalesce(s.DTHFL = 'Y', false) and s.DTHDT is null as UNDATED,
        s.DTHFL is null and s.USUBJID in (select USUBJID from deathtold where AFTERFL = 'Y') as DIEDLATER,
        c.LASTDT as LASTALIVE
    from adsl as s
    left join contact as c on c.USUBJID = s.USUBJID
    where s.TRTSDT is not null
),
partial_death as (
    select USUBJID, DTHDTL as LATEST
    from source.dm
    where DTHDTF is not null
),
lived as (
    -- A partial date of death means the last day known alive, where that lies within it
    select t.* exclude (DTHDT),
        case when p.LATEST is null then t.DTHDT else least(greatest(t.DTHDT, t.LASTALIVE), p.LATEST) end as DTHDT
    from treated as t
    left join partial_death as p on p.USUBJID = t.USUBJID
),
assessment as (
    select
        USUBJID, ADT, AVALC,
        case ADTF when 'D' then last_day(ADT) when 'M' then make_date(year(ADT), 12, 31) else ADT end as ADTL
    from adrs
    where PARAMCD = 'OVRLRESP' and ANL01FL = 'Y'
),
remission as (
    select USUBJID, REMDT as STARTDT
    from adrs
    where PARAMCD = 'BOR' and REMFL = 'Y'
),
endpoint as (
    select USUBJID, 'DOR' as PARAMCD, STARTDT from remission
    union all
    select USUBJID, 'EFS', TRTSDT from treated where exists (select 1 from assessment)
),
followed as (
    select
        e.USUBJID, e.PARAMCD, e.STARTDT, l.DTHDT, l.UNDATED, l.LASTALIVE,
        min(greatest(a.ADT, e.STARTDT + 1)) filter (where a.AVALC in ('RELAPSE', 'PD') and a.ADTL > e.STARTDT)
            as RECURDT,
        max(a.ADT) filter (where a.AVALC <> 'NE' and (e.PARAMCD <> 'DOR' or a.AVALC not in ('PR', 'NR'))) as LASTDT
    from endpoint as e
    join lived as l on l.USUBJID = e.USUBJID
    left join assessment as a on a.USUBJID = e.USUBJID and a.ADTL >= e.STARTDT
    group by all
),
disease_time as (
    select
        USUBJID, PARAMCD, case PARAMCD when 'DOR' then 'Duration of remission'
            else 'Time to progression, relapse or death' end as PARAM, STARTDT,
        case when RECURDT is not null or not UNDATED then coalesce(least(RECURDT, DTHDT), LASTDT, STARTDT) end as ADT,
        case when RECURDT is null and DTHDT is null and not UNDATED then 1 else 0 end as CNSR,
        case when RECURDT is null and UNDATED then 'Death, date unknown'
             when RECURDT is null and DTHDT is null then 'Censored at the last disease assessment'
             when RECURDT <= coalesce(DTHDT, RECURDT)
                 then case PARAMCD when 'DOR' then 'Relapse' else 'Progression or relapse' end
             when PARAMCD = 'DOR' then 'Death in remission' else 'Death' end as EVNTDESC,
        LASTALIVE
    from followed
),
until_other as (
    -- The same, followed to the transplant or later therapy
    select
        d.USUBJID, 'DORT' as PARAMCD, 'Duration of remission, censored at transplant or later therapy' as PARAM,
        d.STARTDT, case when t.OTHERDT is not null then t.OTHERDT else d.ADT end as ADT,
        case when t.OTHERDT is not null then 1 else d.CNSR end as CNSR,
        case when t.OTHERDT is not null then case t.OTHERCD when 'TRANSPLANT' then 'Censored at transplant'
            else 'Censored at later therapy' end else d.EVNTDESC end as EVNTDESC,
        d.LASTALIVE
    from disease_time as d
    left join latertherapy as t on t.USUBJID = d.USUBJID
        and (d.CNSR = 1 or d.ADT is null or t.OTHERDT < d.ADT)
    where d.PARAMCD = 'DOR'
),
survival_time as (
    select
        USUBJID, 'OS' as PARAMCD, 'Overall survival' as PARAM, TRTSDT as STARTDT,
        case when not UNDATED then coalesce(DTHDT, LASTALIVE, TRTSDT) end as ADT,
        case when DTHDT is null and not UNDATED then 1 else 0 end as CNSR,
        case when UNDATED then 'Death, date unknown' when DIEDLATER then 'Censored: died after the data cut'
             when DTHDT is null then 'Censored: last known alive' else 'Death' end as EVNTDESC,
        LASTALIVE
    from lived
)
select
    USUBJID, PARAMCD, PARAM, STARTDT, ADT,
    -- A death dated before the first infusion is an error of the data: no time can be computed
    case when ADT >= STARTDT then cast(ADT - STARTDT + 1 as integer) end as AVAL,
    cast(CNSR as integer) as CNSR, EVNTDESC, LASTALIVE as LSTALVDT
from (select * from survival_time union all select * from disease_time union all select * from until_other)
order by PARAMCD, USUBJID

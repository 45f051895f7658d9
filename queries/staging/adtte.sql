-- Question: how long did each subject live, stay in remission, and stay free of progression?
-- Grain: one treated subject and end point: OS, EFS; DOR of those who reached remission.
-- AVAL counts both days: ADT - STARTDT + 1. CNSR 0 = event, 1 = censored. Transplant censors nothing.
with contact as (
    -- Every dated record of a subject says that the subject was alive; a partial date says it of its first day
    select USUBJID, EXSTDT as ADT from source.ex union all select USUBJID, EXENDT from source.ex
    union all select USUBJID, LBDT from source.lb union all select USUBJID, VSDT from source.vs
    union all select USUBJID, EGDT from source.eg union all select USUBJID, CVDT from source.cv
    union all select USUBJID, RSDT from source.rs union all select USUBJID, PCDT from source.pc
    union all select USUBJID, AESTDT from source.ae union all select USUBJID, AEENDT from source.ae
    union all select USUBJID, SVSTDT from source.sv union all select USUBJID, SVENDT from source.sv
    union all select USUBJID, PRSTDT from source.pr union all select USUBJID, DSSTDT from source.ds
    union all select USUBJID, CMSTDT from source.cm union all select USUBJID, CMENDT from source.cm
    union all select USUBJID, RFPENDT from source.dm union all select USUBJID, RFENDT from source.dm
),
treated as (
    select
        s.USUBJID, s.TRTSDT, s.CUTDT,
        case when s.DTHDT <= s.CUTDT then s.DTHDT end as DTHDT,
        max(c.ADT) filter (where c.ADT <= s.CUTDT) as LASTALIVE
    from adsl as s
    left join contact as c on c.USUBJID = s.USUBJID
    where s.TRTSDT is not null
    group by all
),
partial_death as (
    select USUBJID, case DTHDTF when 'D' then last_day(DTHDT) else make_date(year(DTHDT), 12, 31) end as LATEST
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
    select USUBJID, ADT, AVALC, RSPFL, BORFL
    from adrs
    where PARAMCD = 'OVRLRESP' and ANL01FL = 'Y'
),
remission as (
    select USUBJID, min(ADT) as STARTDT
    from assessment
    where RSPFL = 'Y' and BORFL = 'Y'
    group by USUBJID
),
endpoint as (
    select USUBJID, 'DOR' as PARAMCD, STARTDT from remission
    union all
    select USUBJID, 'EFS', TRTSDT from treated where exists (select 1 from assessment)
),
followed as (
    select
        e.USUBJID, e.PARAMCD, e.STARTDT, l.DTHDT,
        min(a.ADT) filter (where a.AVALC in ('RELAPSE', 'PD') and a.ADT > e.STARTDT) as RECURDT,
        max(a.ADT) filter (where a.AVALC <> 'NE') as LASTDT
    from endpoint as e
    join lived as l on l.USUBJID = e.USUBJID
    left join assessment as a on a.USUBJID = e.USUBJID and a.ADT >= e.STARTDT
    group by all
),
disease_time as (
    select
        USUBJID, PARAMCD, case PARAMCD when 'DOR' then 'Duration of remission' else 'Time to progression, relapse or death' end as PARAM, STARTDT,
        coalesce(least(RECURDT, DTHDT), LASTDT, STARTDT) as ADT,
        case when RECURDT is null and DTHDT is null then 1 else 0 end as CNSR,
        case when RECURDT is null and DTHDT is null then 'Censored at the last disease assessment'
             when RECURDT <= coalesce(DTHDT, RECURDT) then case PARAMCD when 'DOR' then 'Relapse' else 'Progression or relapse' end
             when PARAMCD = 'DOR' then 'Death in remission' else 'Death' end as EVNTDESC
    from followed
),
survival_time as (
    select
        USUBJID, 'OS' as PARAMCD, 'Overall survival' as PARAM, TRTSDT as STARTDT,
        coalesce(DTHDT, LASTALIVE, TRTSDT) as ADT,
        case when DTHDT is null then 1 else 0 end as CNSR,
        case when DTHDT is null then 'Censored: last known alive' else 'Death' end as EVNTDESC
    from lived
)
select
    USUBJID, PARAMCD, PARAM, STARTDT, ADT,
    -- A death dated before the first infusion is an error of the data: no time can be computed
    case when ADT >= STARTDT then cast(ADT - STARTDT + 1 as integer) end as AVAL,
    cast(CNSR as integer) as CNSR, EVNTDESC
from (select * from survival_time union all select * from disease_time)
order by PARAMCD, USUBJID

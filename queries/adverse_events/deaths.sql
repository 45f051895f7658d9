-- Question: who died, when against the first infusion, the last infusion and the DLT window, and of what as delivered?
-- Grain: one selected subject who died by the data cut, treated or not; those in the DLT window first, then the latest.
-- DTHDT is the first and DTHLDT the latest day that the record allows; they differ where the date is partial.
-- WINFL: Y in the DLT window, N after it, null where the date decides neither. DSCAUSE: what the disposition names.
-- AECAUSE: the fatal adverse events. NRELATED, NUNRELATED, NUNKNOWN: how many of them by causality to the study drug.
-- NDATES: how many different full dates of death DM, disposition and fatal events give; DATES: each with its source.
with dead as (
    select s.*, l.WINENDT
    from selected as s
    left join addl as l on l.USUBJID = s.USUBJID
    where s.DTHFL = 'Y'
),
dated as (
    select USUBJID, 'DM' as SOURCE, DTHDT as DT, DTHDTL as LATEST, DTHDTF as DTF
    from source.dm
    where DTHDT is not null
    union all
    select USUBJID, 'DS', DSSTDT, DSSTDTL, DSSTDTF
    from source.ds
    where upper(DSDECOD) = 'DEATH' and DSSTDT is not null
    union all
    select USUBJID, 'AE', AEENDT, AEENDTL, AEENDTF
    from source.ae
    where (upper(AEOUT) = 'FATAL' or upper(left(AESDTH, 1)) = 'Y' or AETOXGRN = 5) and AEENDT is not null
),
date_of as (
    select
        d.USUBJID,
        -- the source that adsl takes the date from: the first day it allows is adsl's DTHDT
        min(e.LATEST) filter (where e.DT = d.DTHDT) as LATEST,
        count(distinct e.DT) filter (where e.DTF is null) as NDATES,
        string_agg(distinct e.SOURCE || ' ' || e.DT, ';' order by e.SOURCE || ' ' || e.DT)
            filter (where e.DTF is null) as DATES
    from dead as d
    left join dated as e on e.USUBJID = d.USUBJID
    group by d.USUBJID
),
disposition as (
    select USUBJID, string_agg(distinct CAUSE, ';' order by CAUSE) as DSCAUSE
    from (
        select
            USUBJID,
            lower(coalesce(nullif(regexp_extract(trim(DSTERM),
                '^(?i:death|died) *(?i:due to|because of|caused by|of|from) +(.+)$', 1), ''), trim(DSTERM))) as CAUSE
        from source.ds
        where upper(DSDECOD) = 'DEATH'
    )
    where CAUSE not in ('death', 'died', 'dead')
    group by USUBJID
),
fatal as (
    select
        USUBJID,
        string_agg(distinct lower(coalesce(AEDECOD, AETERM)), ';' order by lower(coalesce(AEDECOD, AETERM))) as AECAUSE,
        count(*) filter (where RELFL = 'Y') as NRELATED,
        count(*) filter (where RELFL = 'N') as NUNRELATED,
        count(*) filter (where RELFL is null) as NUNKNOWN
    from adae
    where upper(AEOUT) = 'FATAL' or ATOXGR = 5
        or (USUBJID, AESEQ) in (select USUBJID, cast(AESEQ as integer) from source.ae
            where upper(left(AESDTH, 1)) = 'Y')
    group by USUBJID
),
last_dose as (
    select d.USUBJID, max(e.ASTDT) as LASTDT
    from dead as d
    join adex as e on e.USUBJID = d.USUBJID and e.ASTDT <= coalesce(d.DTHDT, e.ASTDT)
    group by d.USUBJID
),
told as (
    select d.*, coalesce(o.LATEST, d.DTHDT) as DTHLDT, o.NDATES, o.DATES, p.LASTDT
    from dead as d
    left join date_of as o on o.USUBJID = d.USUBJID
    left join last_dose as p on p.USUBJID = d.USUBJID
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE, t.TRTSDT, t.WINENDT, t.DTHDT, t.DTHLDT,
    case when t.DTHDT = t.DTHLDT then cast(t.DTHDT - t.TRTSDT + case when t.DTHDT >= t.TRTSDT then 1 else 0 end
        as integer) end as DTHDY,
    case when t.DTHDT = t.DTHLDT then cast(t.DTHDT - t.LASTDT as integer) end as DAYSLAST,
    case when t.DTHDT > t.WINENDT then 'N' when t.DTHDT >= t.TRTSDT and t.DTHLDT <= t.WINENDT then 'Y' end as WINFL,
    t.HSCTDT, t.PRIHSCT, c.DSCAUSE, f.AECAUSE,
    cast(coalesce(f.NRELATED, 0) as integer) as NRELATED,
    cast(coalesce(f.NUNRELATED, 0) as integer) as NUNRELATED,
    cast(coalesce(f.NUNKNOWN, 0) as integer) as NUNKNOWN,
    cast(coalesce(t.NDATES, 0) as integer) as NDATES, t.DATES
from told as t
left join disposition as c on c.USUBJID = t.USUBJID
left join fatal as f on f.USUBJID = t.USUBJID
order by coalesce(WINFL, 'O') <> 'Y', t.DTHDT desc nulls first, t.USUBJID

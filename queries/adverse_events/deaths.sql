-- Question: who died, when against the first infusion, the last infusion and the DLT window, and of what as delivered?
-- Grain: one selected subject who died by the data cut, treated or not; those in the DLT window first, then the latest.
-- DTHDT is the first and DTHLDT the latest day that the record allows; they differ where the date is partial.
-- WINFL: Y in the DLT window, N after it (also seen after it: deathday), null where neither is sure.
-- DSCAUSE: what the disposition names.
-- AECAUSE: the fatal adverse events. NRELATED, NUNRELATED, NUNKNOWN: how many of them by causality to the study drug.
-- LAST30FL: Y within 30 days of the last infusion, N later; FIRST30FL, FIRST60FL: of the first infusion; null where the
-- date does not tell, or nothing was given before the death. NARRATIVE: as delivered of the fatal events, or the death.
-- NDATES: how many different full dates of death DM, disposition and fatal events give; DATES: each with its source.
with dead as (
    select s.*, l.WINENDT
    from selected as s
    left join addl as l on l.USUBJID = s.USUBJID
    where s.DTHFL = 'Y'
),
dated as (
    select USUBJID, SOURCE, DT, DTL as LATEST, DTF from deathtold where DT is not null
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
last_dose as (
    select
        d.USUBJID,
        -- a row of daily doses was given until its end, where their number is known
        max(case when e.NDAYS > 1 then least(coalesce(e.AENDT, e.ASTDT), coalesce(d.DTHDT, e.AENDT)) else e.ASTDT end)
            as LASTDT
    from dead as d
    join adex as e on e.USUBJID = d.USUBJID and e.ASTDT <= coalesce(d.DTHDT, e.ASTDT)
    group by d.USUBJID
),
told as (
    select
        d.*, coalesce(o.LATEST, d.DTHDT) as DTHLDT, o.NDATES, o.DATES, p.LASTDT,
        d.TRTEDT as LASTLDT
    from dead as d
    left join date_of as o on o.USUBJID = d.USUBJID
    left join last_dose as p on p.USUBJID = d.USUBJID
),
narrative as (
    select v.USUBJID, string_agg(distinct v.QVAL, ' ' order by v.QVAL) as NARRATIVE
    from source.supp as v
    left join adae as a on a.USUBJID = v.USUBJID and a.SRCSEQ = v.IDVARVALN and a.ATOXGR = 5
    where regexp_matches(upper(concat_ws(' ', v.QNAM, v.QLABEL)), 'NARR') and v.QVAL is not null
      and (v.RDOMAIN in ('DM', 'DS', 'DD') or (v.RDOMAIN = 'AE' and a.USUBJID is not null))
    group by v.USUBJID
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE, t.TRTSDT, t.WINENDT, t.DTHDT, t.DTHLDT,
    case when t.DTHDT = t.DTHLDT then cast(t.DTHDT - t.TRTSDT + case when t.DTHDT >= t.TRTSDT then 1 else 0 end
        as integer) end as DTHDY,
    case when t.DTHDT = t.DTHLDT then cast(t.DTHDT - t.LASTDT as integer) end as DAYSLAST,
    case when y.DTHFDT > t.WINENDT then 'N' when y.DTHFDT >= t.TRTSDT and t.DTHLDT <= t.WINENDT then 'Y' end as WINFL,
    case when y.DTHDTL - t.LASTDT <= 30 then 'Y' when y.DTHFDT - t.LASTLDT > 30 then 'N' end as LAST30FL,
    case when y.DTHFDT < t.TRTSDT then null when y.DTHDTL - t.TRTSDT <= 30 then 'Y'
        when y.DTHFDT - t.TRTSDT > 30 then 'N' end as FIRST30FL,
    case when y.DTHFDT < t.TRTSDT then null when y.DTHDTL - t.TRTSDT <= 60 then 'Y'
        when y.DTHFDT - t.TRTSDT > 60 then 'N' end as FIRST60FL,
    t.HSCTDT, t.PRIHSCT, c.DSCAUSE, c.AECAUSE, c.NRELATED, c.NUNRELATED, c.NUNKNOWN, c.CAUSECD, c.CONTRTERM,
    cast(coalesce(t.NDATES, 0) as integer) as NDATES, t.DATES, n.NARRATIVE
from told as t
left join narrative as n on n.USUBJID = t.USUBJID
left join deathcause as c on c.USUBJID = t.USUBJID
left join deathday as y on y.USUBJID = t.USUBJID
order by coalesce(WINFL, 'O') <> 'Y', t.DTHDT desc nulls first, t.USUBJID

-- Question: was each treated subject observed to the end of the DLT window, and what ended the observation before?
-- Grain: one treated subject.
-- Reads: adexsum, adsl, contact, deathcause, deathday, departure, latertherapy, source.lb, source.sv, source.vs
-- Reads: therapyopen, trial.settings
-- Kept: no
-- The last day of the window reached is observed to the end, whether the subject then dies, leaves or the cut falls on
-- it; a death on it is still a death in the window. A death may lie in the window where its first possible day does
-- (deathday). UNSETTLED: of no known cause, or of none that settles it. GONECD: died, left, transplanted or treated
-- otherwise before the last day (GONEREAS, GONEDT: why and when); NEDT: the first day on which a cut would have read
-- that. SEENADY: last seen too early; TOLADY: seen to the end by the days that are allowed alone; neither where the
-- first infusion is in doubt: a day of a window that is not known names nothing.
with treated as (
    select a.*, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, cast(s.DLTSEEN as integer) as DLTSEEN
    from adsl as a
    cross join trial.settings as s
    where a.TRTSDT is not null or a.FIRSTCD is not null
),
-- Last contact means something only where visits are recorded: with doses and events alone, the calendar decides.
visited as (
    select exists (select 1 from source.sv) or exists (select 1 from source.vs)
        or exists (select 1 from source.lb) as VISITED
),
died as (
    select
        t.USUBJID,
        -- without a first infusion's day a death may lie in the window
        coalesce(y.DTHFDT <= t.WINENDT, t.TRTSDT is null and t.DTHFL = 'Y', false) as DIEDIN,
        coalesce(y.DTHFDT < t.WINENDT, false) as DIEDBEFORE,
        case when y.DTHFDT = y.DTHDTL then y.DTHDT end as KNOWNDT,
        -- a death dated before the first infusion is an error of the data: nothing is settled by it
        DIEDIN and (coalesce(k.CAUSECD not in ('DISEASE', 'OTHER'), true) or coalesce(y.DTHDTL < t.TRTSDT, false))
            as UNSETTLED,
        replace(coalesce(k.DSCAUSE, k.AECAUSE), ';', ', ') as CAUSE,
        case when DIEDIN then k.CONTRTERM end as DEATHTERM,
        y.DTHDT, y.DTHFDT
    from treated as t
    left join deathcause as k on k.USUBJID = t.USUBJID
    left join deathday as y on y.USUBJID = t.USUBJID
),
seen as (
    -- a death in the window, or in the days allowed after it, ends the observation; one after these says that the
    -- subject was alive, not that it was observed
    select
        t.USUBJID,
        greatest(c.SEENDT, case when d.DTHFDT <= t.WINENDT + t.DLTSEEN then d.DTHDT end, t.TRTSDT) as SEENDT
    from treated as t
    left join contact as c on c.USUBJID = t.USUBJID
    left join died as d on d.USUBJID = t.USUBJID
),
awaited as (
    select
        t.USUBJID,
        t.WINENDT > t.CUTDT as WINOPEN,
        v.VISITED and s.SEENDT < t.WINENDT - t.DLTSEEN as UNSEEN,
        case when UNSEEN and not WINOPEN and t.FIRSTCD is null then s.SEENDT - t.TRTSDT + 1 end as SEENADY,
        case when v.VISITED and not UNSEEN and not WINOPEN and t.FIRSTCD is null and s.SEENDT < t.WINENDT
            then s.SEENDT - t.TRTSDT + 1 end as TOLADY
    from treated as t
    cross join visited as v
    left join seen as s on s.USUBJID = t.USUBJID
)
select
    t.USUBJID, w.WINOPEN, w.SEENADY, w.TOLADY, d.UNSETTLED, d.DEATHTERM,
    -- left on a day that nobody wrote, and not seen to the end
    l.LEFTDT is null and t.EOSDT is null and coalesce(t.DTHFL, '') <> 'Y'
        and upper(coalesce(t.DCSREAS, 'COMPLETED')) not in ('COMPLETED', 'DEATH')
        and (w.WINOPEN or w.UNSEEN) as LEFTUNDATED,
    -- who left later was not seen to the end where the last contact lies too early
    l.LEFTDT < t.WINENDT or (l.LEFTDT <= t.CUTDT and w.UNSEEN and not w.WINOPEN) as LEFTEARLY,
    case when LEFTEARLY then l.LEFTREAS when LEFTUNDATED then t.DCSREAS end as EARLYREAS,
    -- a therapy with a partial date is before the last day only where each day of it is
    case when o.OTHERDTL < t.WINENDT then o.OTHERCD end as EARLYTHER,
    case
        when d.DIEDBEFORE or d.UNSETTLED then 'DIED'
        when upper(EARLYREAS) like '%WITHDRAW%' then 'WITHDRAWN'
        when upper(EARLYREAS) like 'LOST%' then 'LOST TO FOLLOW-UP'
        when LEFTEARLY or LEFTUNDATED then 'LEFT STUDY'
        else EARLYTHER
    end as GONECD,
    case
        when GONECD = 'DIED' then d.CAUSE
        when GONECD = 'LEFT STUDY' then lower(EARLYREAS)
        when GONECD in ('TRANSPLANT', 'NEW THERAPY') then o.OTHERDTC
        when GONECD is null then y.OPENDTC
    end as GONEREAS,
    case when GONECD is null then y.OPENKIND end as OPENKIND,
    case
        when GONECD = 'DIED' then d.KNOWNDT
        when GONECD in ('TRANSPLANT', 'NEW THERAPY') then case when o.OTHERDTC is null then o.OTHERDTL end
        when GONECD is not null then l.LEFTDT
    end as GONEDT,
    least(
        case when d.DIEDBEFORE and d.DTHDT is not null then d.DTHFDT end,
        case when LEFTEARLY then l.LEFTDT end,
        case when o.OTHERDTL < t.WINENDT then o.OTHERDTL end,
        m.MISSDT
    ) as NEDT
from treated as t
left join awaited as w on w.USUBJID = t.USUBJID
left join died as d on d.USUBJID = t.USUBJID
left join adexsum as m on m.USUBJID = t.USUBJID
left join departure as l on l.USUBJID = t.USUBJID
left join latertherapy as o on o.USUBJID = t.USUBJID
left join therapyopen as y on y.USUBJID = t.USUBJID

-- Question: what does each treated subject say about dose-limiting toxicity?
-- Grain: one treated subject.
-- Reads: adae, adex, adexsum, adrs, adsl, contact, deathcause, deathtold, departure, disposition, ingest.dataset, labrole
-- Reads: latertherapy, source.lb, source.supp, source.sv, source.vs, therapyopen
-- Reads: trial.dose_level, trial.flag, trial.late_term, trial.settings
-- A subject with an adjudicated DLT is evaluable whatever else happened. Days count from the first infusion (day 1).
-- The last day of the window reached is observed to the end, whether the subject then dies, leaves or the cut falls on
-- it; a death on it is still a death in the window.
-- PENDCD says why a subject is pending, codes joined by ";". What could still be a DLT comes before "not evaluable":
-- ADJUDICATION: an event of grade 3 or worse in the window is not adjudicated, or a verdict cannot be read.
-- GRADE: an event in the window has no readable grade and is not unrelated to the drug.
-- CONTRADICTION: a fatal event related to the drug was adjudicated not a DLT.
-- DEATH: died in the window of no known cause, or of none that settles it (deathcause).
-- BEFORE: a DLT is dated before the first infusion; AFTER DEATH: after the death.
-- NO EVENT: a DLT was adjudicated of an event that AE does not hold.
-- DOSE: less than the stated share, for toxicity or a reason in doubt or not delivered; or a dose not known (adexsum).
-- STOPPED: treatment or study ended in the window for toxicity, of which no event tells.
-- After it: the window is open (DAYSLEFT); UNSEEN: last seen too early; TRANSPLANT, NEW THERAPY: one may have begun in
-- the window, its date does not tell (GONEREAS: as delivered); APLASIA: counts not recovered by the end of the window,
-- awaited to the late day; LATE APLASIA: nor by then, awaiting adjudication.
with collected as (
    -- DLTs were collected where the protocol has dose levels and adverse events were delivered, though it be with no
    -- rows: what has no verdict then awaits one. Otherwise only a verdict shows that they were.
    select
        count(*) filter (where DLTFL is not null or DLTUNRFL = 'Y') > 0
            or ((select count(*) from trial.dose_level) > 0
                and (count(*) > 0 or exists (select 1 from ingest.dataset where lower(DATASET) = 'ae')))
            as COLLECTED
    from adae
),
-- Last contact means something only where visits are recorded: with doses and events alone, the calendar decides.
visited as (
    select exists (select 1 from source.sv) or exists (select 1 from source.vs)
        or exists (select 1 from source.lb) as VISITED
),
treated as (
    select
        a.*, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, c.COLLECTED,
        s.DLTSEEN, s.DLTAFTER, s.LATEDAY, s.APLANC, s.APLPLAT,
        case when s.LATEDAY > 0 then a.TRTSDT + cast(s.LATEDAY - 1 as integer) end as LATEENDT
    from adsl as a
    cross join trial.settings as s
    cross join collected as c
    where a.TRTSDT is not null
),
-- a partial date of death, as far as the last contact does not lie beyond the window already
partial_death as (
    select d.USUBJID, bool_or(d.DTF is not null and d.DT = a.DTHDT) and not bool_or(d.DTF is null and d.DT = a.DTHDT)
        as PARTIAL
    from deathtold as d
    join adsl as a on a.USUBJID = d.USUBJID
    group by d.USUBJID
),
dlt as (
    select
        a.USUBJID, count(*) as NDLT,
        string_agg(a.AEDECOD, '; ' order by a.ASTDT, a.AESEQ) as DLTTERM,
        min(coalesce(a.AEWORSDT, a.ASTDT)) as DLTDT, max(a.ATOXGR) as DLTGR
    from adae as a
    cross join trial.settings as s
    left join partial_death as p on p.USUBJID = a.USUBJID
    left join adsl as l on l.USUBJID = a.USUBJID and not coalesce(p.PARTIAL, false)
    where (a.DLTPLACE in ('WINDOW', 'LATE') or (a.DLTPLACE = 'AFTER' and s.DLTAFTER = 'COUNT'))
      -- one that is dated after the death is no DLT yet: one of the two dates is wrong
      and not coalesce(a.ASTDT > l.DTHDT, false)
    group by a.USUBJID
),
-- A fatal event related to the drug that was adjudicated not a DLT, begun in the window
event as (
    select
        USUBJID,
        DLTWINFL = 'Y' and GR3FL = 'Y' and DLTFL is null as UNJUDGED,
        DLTWINFL = 'Y' and DLTFL is null and (GR3FL = 'Y' or DLTUNRFL = 'Y') as OPENEVENT,
        DLTWINFL = 'Y' and GR3FL = 'N' and ATOXGR is null and DLTFL is null and coalesce(RELFL, '') <> 'N' as UNGRADED,
        DLTWINFL = 'Y' and ATOXGR = 5 and RELFL = 'Y' and DLTFL = 'N' as CONTRARY,
        DLTPLACE = 'BEFORE' as TOOEARLY,
        DLTFL = 'Y' and DLTPLACE <> 'BEFORE' and AFTERDEATH as TOOLATE,
        UNJUDGED and ATOXGR = 5 as FATALOPEN,
        AEDECOD, ADY, ATOXGR, ASTDT
    from (
        select a.*, coalesce(a.ASTDT > l.DTHDT and not coalesce(p.PARTIAL, false), false) as AFTERDEATH
        from adae as a
        join adsl as l on l.USUBJID = a.USUBJID
        left join partial_death as p on p.USUBJID = a.USUBJID
    )
),
doubt as (
    select
        USUBJID,
        count(*) filter (where UNJUDGED) as NUNJUDG,
        bool_or(coalesce(OPENEVENT, false)) as ISOPEN,
        string_agg(distinct AEDECOD, ', ' order by AEDECOD) filter (where OPENEVENT) as UNJTERM,
        count(*) filter (where OPENEVENT and AEDECOD is null) as NUNTERM,
        nullif(concat_ws(';',
            case when count(*) filter (where OPENEVENT) > 1 then 'SOME' end,
            case when bool_or(OPENEVENT and ATOXGR is null) then 'GRADE' end,
            case when bool_or(OPENEVENT and ASTDT is null) then 'ONSET' end), '') as UNJCD,
        count(*) filter (where UNGRADED) as NUNGRD,
        string_agg(distinct AEDECOD, ', ' order by AEDECOD) filter (where UNGRADED) as GRDTERM,
        string_agg(distinct coalesce(AEDECOD, ''), ', ' order by coalesce(AEDECOD, ''))
            filter (where CONTRARY) as CONTRTERM,
        count(*) filter (where TOOEARLY) as NBEFORE,
        count(*) filter (where TOOLATE) as NTOOLATE,
        string_agg(distinct AEDECOD, ', ' order by AEDECOD) filter (where TOOEARLY or TOOLATE) as BEFTERM,
        min(ADY) filter (where TOOEARLY or TOOLATE) as BEFADY,
        bool_or(FATALOPEN) as FATALOPEN
    from event
    group by USUBJID
),
-- a DLT adjudicated in SUPPAE of an event that AE does not hold
lost as (
    select distinct s.USUBJID
    from source.supp as s
    join trial.flag as f on f.FLAG = 'DLT' and f.QNAM = upper(s.QNAM)
    where upper(s.RDOMAIN) = 'AE' and upper(trim(s.QVAL)) in ('Y', 'YES')
      and not (upper(coalesce(s.IDVAR, '')) = 'AESEQ'
          and (s.USUBJID, try_cast(s.IDVARVAL as double)) in (select (USUBJID, cast(AESEQ as double)) from adae
              where AESEQ is not null))
),
died as (
    select
        t.USUBJID,
        case
            when coalesce(t.DTHFL, '') <> 'Y' then false
            when t.DTHDT is null then coalesce(c.LASTDT, t.TRTSDT) < t.WINENDT
            when p.PARTIAL then t.DTHDT <= t.WINENDT and coalesce(c.LASTDT, t.TRTSDT) <= t.WINENDT
            else t.DTHDT <= t.WINENDT
        end as DIEDIN,
        DIEDIN and coalesce(t.DTHDT <> t.WINENDT, true) as DIEDBEFORE,
        -- a death dated before the first infusion is an error of the data: nothing is settled by it
        DIEDIN and (coalesce(k.CAUSECD not in ('DISEASE', 'OTHER'), true)
            or (t.DTHDT < t.TRTSDT and not coalesce(p.PARTIAL, false))) as UNSETTLED,
        replace(coalesce(k.DSCAUSE, k.AECAUSE), ';', ', ') as CAUSE,
        case when DIEDIN then k.CONTRTERM end as CONTRTERM, coalesce(p.PARTIAL, false) as PARTIAL
    from treated as t
    left join contact as c on c.USUBJID = t.USUBJID
    left join deathcause as k on k.USUBJID = t.USUBJID
    left join partial_death as p on p.USUBJID = t.USUBJID
),
seen as (
    -- a death in the window, or in the days allowed after it, ends the observation; one after these says that the
    -- subject was alive, not that it was observed
    select t.USUBJID, greatest(c.LASTDT, case when t.DTHDT <= t.WINENDT + cast(t.DLTSEEN as integer) then t.DTHDT end,
        t.TRTSDT) as SEENDT
    from treated as t
    left join contact as c on c.USUBJID = t.USUBJID
),
awaited as (
    select
        t.USUBJID,
        t.WINENDT > t.CUTDT as WINOPEN,
        v.VISITED and s.SEENDT < t.WINENDT - cast(t.DLTSEEN as integer) as UNSEEN,
        case when UNSEEN and not WINOPEN then s.SEENDT - t.TRTSDT + 1 end as SEENADY,
        -- seen to the end by the days that are allowed alone
        case when v.VISITED and not UNSEEN and not WINOPEN and s.SEENDT < t.WINENDT then s.SEENDT - t.TRTSDT + 1 end
            as TOLADY
    from treated as t
    cross join visited as v
    left join seen as s on s.USUBJID = t.USUBJID
),
-- --- left for toxicity in the window ---
stopped as (
    select
        t.USUBJID, min(d.DSSTDT) filter (where d.DSSTDTF is null) as STOPDT,
        string_agg(distinct lower(coalesce(d.DSDECOD, d.DSTERM)), ', ' order by lower(coalesce(d.DSDECOD, d.DSTERM)))
            as STOPREAS
    from treated as t
    join disposition as d on d.USUBJID = t.USUBJID and d.OFTOXICITY and not d.SCREENED
    where coalesce(d.DSSTDT <= t.WINENDT and d.DSSTDTL >= t.TRTSDT, t.TRTEDT <= t.WINENDT)
      -- what explains it: an event of the window adjudicated, or one of grade 1 or 2 for which the drug was stopped
      and not exists (
          select 1
          from adae as e
          where e.USUBJID = t.USUBJID and e.DLTWINFL = 'Y' and coalesce(e.ASTDT <= d.DSSTDTL, true)
            and (e.DLTFL is not null
                or (e.ATOXGR < 3 and regexp_matches(upper(e.AEACN), 'WITHDRAWN|STOPPED|DISCONTINU')
                    and upper(e.AEACN) not like 'NOT %')))
    group by t.USUBJID
),
-- --- counts not recovered by the end of the window ---
later_course as (
    select USUBJID, min(ASTDT) as COURSE2DT from adex where COURSE = 2 group by USUBJID
),
blood as (
    -- the last count of a day; counts of the first infusion's day or earlier are the leukaemia's, those after the next
    -- course has begun are that course's
    select
        t.USUBJID, r.ROLE, r.ADT, t.WINENDT,
        arg_max(
            r.AVAL < case r.ROLE when 'ANC' then t.APLANC else t.APLPLAT end
                or (r.AVALQ = '<' and r.AVAL <= case r.ROLE when 'ANC' then t.APLANC else t.APLPLAT end),
            coalesce(r.LBSEQ, 0)) as LOW
    from treated as t
    join labrole as r on r.USUBJID = t.USUBJID and r.ROLE in ('ANC', 'PLATELETS')
    left join later_course as n on n.USUBJID = t.USUBJID
    where t.LATEENDT is not null and r.AVAL is not null and r.ADTF is null
      and r.ADT > t.TRTSDT and r.ADT <= least(coalesce(n.COURSE2DT, t.CUTDT), t.CUTDT)
    group by t.USUBJID, r.ROLE, r.ADT, t.WINENDT
),
last_count as (
    select USUBJID, ROLE, arg_max(LOW, ADT) as LOW, max(ADT) as ADT
    from blood
    where ADT <= WINENDT
    group by USUBJID, ROLE
),
low_count as (
    select USUBJID, max(ADT) as LOWDT from last_count where LOW group by USUBJID
),
-- each later day with a count, and what is known then of both
later_day as (
    select d.USUBJID, d.ADT, b.ROLE, arg_max(b.LOW, b.ADT) as LOW
    from (select distinct USUBJID, ADT from blood where ADT > WINENDT) as d
    join blood as b on b.USUBJID = d.USUBJID and b.ADT <= d.ADT
    group by d.USUBJID, d.ADT, b.ROLE
),
recovered as (
    select USUBJID, min(ADT) as RECDT
    from (select USUBJID, ADT from later_day group by USUBJID, ADT having not bool_or(LOW))
    group by USUBJID
),
-- an aplasia beyond the late day is seen by the first count from that day on
late_count as (
    select b.USUBJID, min(b.ADT) as LATEDT
    from blood as b
    join treated as t on t.USUBJID = b.USUBJID
    where b.ADT >= t.LATEENDT
    group by b.USUBJID
),
-- leukaemia as the reason: by the latest response, marrow or blasts in blood up to that count
finding as (
    select
        r.USUBJID, r.ADT,
        case r.PARAMCD when 'OVRLRESP' then r.AVALC in ('PR', 'NR', 'PD', 'RELAPSE') when 'BLASTBM' then r.AVAL >= 5
            else r.AVAL > 0 end as ISLEUK,
        case r.PARAMCD when 'OVRLRESP' then 1 when 'BLASTBM' then 2 else 3 end as RANK
    from adrs as r
    join treated as t on t.USUBJID = r.USUBJID
    left join late_count as n on n.USUBJID = r.USUBJID
    where r.ADT > t.TRTSDT and r.ADT <= coalesce(n.LATEDT, t.CUTDT)
      and ((r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC <> 'NE')
          or (r.PARAMCD = 'BLASTBM' and r.AVAL is not null) or (r.PARAMCD = 'BLASTPB' and r.AVAL > 0))
),
leukaemia as (
    select USUBJID, arg_max(ISLEUK, row(ADT, RANK)) as ISLEUK from finding group by USUBJID
),
-- an aplasia that lasted to the late day, or began after the window, was adjudicated not a DLT
judged_not as (
    select distinct a.USUBJID
    from adae as a
    join treated as t on t.USUBJID = a.USUBJID
    where a.DLTFL = 'N' and a.TRTEMFL = 'Y'
      and (lower(a.AEDECOD) in (select TERM from trial.late_term)
          or lower(a.AETERM) in (select TERM from trial.late_term))
      and (a.ASTDT > t.WINENDT or a.AENDT >= t.LATEENDT or (a.AENDT is null and t.CUTDT > t.LATEENDT))
),
aplasia as (
    select
        t.USUBJID, k.LOWDT, r.RECDT,
        -- the last day on which recovery could be seen
        least(t.DTHDT, l.LEFTDT, o.OTHERDTL) as ENDDT,
        case
            when r.RECDT <= t.LATEENDT then null
            when ENDDT < t.LATEENDT then 'NOT OBSERVED'
            when t.CUTDT <= t.LATEENDT then 'APLASIA'
            else 'LATE APLASIA'
        end as APLCD
    from low_count as k
    join treated as t on t.USUBJID = k.USUBJID
    left join recovered as r on r.USUBJID = k.USUBJID
    left join leukaemia as m on m.USUBJID = k.USUBJID
    left join departure as l on l.USUBJID = k.USUBJID
    left join latertherapy as o on o.USUBJID = k.USUBJID
    where t.WINENDT <= t.CUTDT and not coalesce(m.ISLEUK, false) and k.USUBJID not in (select USUBJID from judged_not)
),
-- Why a subject without a DLT would not be evaluable: a smaller dose, or gone before the last day of the window.
absent as (
    select
        t.USUBJID,
        m.NDOSE1, m.PLANDOSE, m.GIVEDOSE, m.DOSESHR, m.DOSECD, m.MISSINF, m.MISSREAS,
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
        case when GONECD = 'DIED' then d.CAUSE when GONECD = 'LEFT STUDY' then lower(EARLYREAS)
             when GONECD in ('TRANSPLANT', 'NEW THERAPY') then o.OTHERDTC when GONECD is null then y.OPENDTC end as GONEREAS,
        case when GONECD is null then y.OPENKIND end as OPENKIND,
        case
            when GONECD = 'DIED' then case when not d.PARTIAL then t.DTHDT end
            when GONECD in ('TRANSPLANT', 'NEW THERAPY') then case when o.OTHERDTC is null then o.OTHERDTL end
            when GONECD is not null then l.LEFTDT
        end as GONEDT,
        -- the first day on which a cut would have read the subject as not evaluable
        least(
            case when d.DIEDBEFORE then t.DTHDT end,
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
),
evaluated as (
    select
        t.*, r.NDOSE1, r.PLANDOSE, r.GIVEDOSE, r.DOSESHR, r.DOSECD, r.MISSINF, r.MISSREAS,
        r.GONECD, r.GONEREAS, r.GONEDT - t.TRTSDT + case when r.GONEDT >= t.TRTSDT then 1 else 0 end as GONEADY, r.NEDT,
        coalesce(r.DOSECD = 'REDUCED', false) or r.GONECD is not null as NOTEVAL,
        w.WINOPEN, w.UNSEEN, w.SEENADY, w.TOLADY,
        u.UNJTERM, u.UNJCD, x.STOPDT, x.STOPREAS, u.NUNTERM, u.NUNJUDG, u.NUNGRD, u.GRDTERM,
        coalesce(u.CONTRTERM, d.CONTRTERM) as CONTRTERM,
        u.NBEFORE, u.BEFTERM, u.BEFADY, p.APLCD, p.LOWDT, p.RECDT, p.ENDDT,
        e.NDLT, e.DLTTERM, e.DLTDT, e.DLTGR,
        -- what could still turn out to be a DLT, before anything makes the subject not evaluable
        nullif(concat_ws(';',
            case when u.ISOPEN then 'ADJUDICATION' end,
            case when u.NUNGRD > 0 then 'GRADE' end,
            case when coalesce(u.CONTRTERM, d.CONTRTERM) is not null then 'CONTRADICTION'
                 when d.UNSETTLED and not coalesce(u.FATALOPEN, false) then 'DEATH' end,
            case when u.NBEFORE > 0 then 'BEFORE' end,
            case when u.NTOOLATE > 0 then 'AFTER DEATH' end,
            case when k.USUBJID is not null then 'NO EVENT' end,
            case when r.DOSECD in ('TOXICITY', 'DOUBT', 'NOREASON') then 'DOSE' end,
            case when x.USUBJID is not null and not coalesce(u.ISOPEN, false) and coalesce(r.DOSECD, '') <> 'TOXICITY'
                then 'STOPPED' end
        ), '') as OPENCD,
        nullif(concat_ws(';',
            case when r.DOSECD = 'UNKNOWN' then 'DOSE' end,
            case when w.SEENADY is not null and not NOTEVAL then 'UNSEEN' end,
            r.OPENKIND,
            case when p.APLCD <> 'NOT OBSERVED' then p.APLCD end
        ), '') as WAITCD
    from treated as t
    left join awaited as w on w.USUBJID = t.USUBJID
    left join absent as r on r.USUBJID = t.USUBJID
    left join doubt as u on u.USUBJID = t.USUBJID
    left join died as d on d.USUBJID = t.USUBJID
    left join aplasia as p on p.USUBJID = t.USUBJID
    left join lost as k on k.USUBJID = t.USUBJID
    left join dlt as e on e.USUBJID = t.USUBJID
    left join stopped as x on x.USUBJID = t.USUBJID
),
status as (
    select
        *,
        case
            when not COLLECTED then null
            when NDLT > 0 then 'DLT'
            when OPENCD is not null then 'Pending'
            when NOTEVAL then 'Not evaluable'
            when WINOPEN or WAITCD is not null then 'Pending'
            when APLCD = 'NOT OBSERVED' then 'Not evaluable'
            else 'No DLT'
        end as DLTSTAT
    from evaluated
)
select
    USUBJID, SUBJID, TRTA, TRTAN, DOSELVL, DISEASE, COHORT, TRTSDT, WINENDT,
    DLTSTAT,
    cast(case when DLTSTAT = 'Pending' and WINOPEN then WINENDT - CUTDT end as integer) as DAYSLEFT,
    case
        when DLTSTAT = 'Pending' then nullif(concat_ws(';', OPENCD, WAITCD), '')
        -- where DLTs were not collected, a death in the window is named all the same
        when DLTSTAT is null and list_contains(string_split(OPENCD, ';'), 'DEATH') then 'DEATH'
    end as PENDCD,
    UNJTERM, UNJCD, cast(STOPDT - TRTSDT + 1 as integer) as STOPADY, STOPREAS,
    cast(coalesce(NUNTERM, 0) as integer) as NUNTERM, GRDTERM, CONTRTERM, BEFTERM,
    cast(BEFADY as integer) as BEFADY, cast(WINENDT - TRTSDT + 1 as integer) as WINADY,
    cast(LATEENDT - TRTSDT + 1 as integer) as LATEADY,
    cast(SEENADY as integer) as SEENADY,
    cast(case when DLTSTAT = 'No DLT' then TOLADY end as integer) as TOLADY,
    TRTP, GIVENTRT, PLANDOSE, GIVEDOSE, DOSESHR, DOSECD, MISSINF, MISSREAS,
    case when DLTSTAT = 'Not evaluable' and not NOTEVAL then 'APLASIA' else GONECD end as GONECD,
    GONEREAS,
    cast(case when DLTSTAT = 'Not evaluable' and not NOTEVAL then ENDDT - TRTSDT + 1 else GONEADY end as integer)
        as GONEADY,
    case when DLTSTAT in ('Not evaluable', 'DLT') then coalesce(NEDT, case when not NOTEVAL then ENDDT end) end
        as NEDT,
    NDOSE1,
    DLTTERM, DLTDT, cast(DLTDT - TRTSDT + 1 as integer) as DLTADY, DLTGR,
    cast(coalesce(NDLT, 0) as integer) as NDLT,
    cast(coalesce(NUNJUDG, 0) as integer) as NUNJUDG
from status
order by TRTSDT, USUBJID

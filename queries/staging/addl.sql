-- Question: what does each treated subject say about dose-limiting toxicity?
-- Grain: one treated subject.
-- Reads: adae, adexsum, adsl, aplasia, cohorttold, deathcause, disposition, dltelsewhere, dltverdict, ingest.dataset
-- Reads: observed
-- Reads: trial.dose_level, trial.settings
-- A subject with an adjudicated DLT is evaluable whatever else happened. Days count from the first infusion (day 1).
-- PENDCD says why a subject is pending, codes joined by ";". What could still be a DLT comes before "not evaluable":
-- FIRST DOSE: the day of the first infusion is not known, nor the window; DRUG: the drug of an infusion is in doubt. A
-- DLT counts then only where it is not before any day that the first infusion can have been.
-- ADJUDICATION: an event of grade 3 or worse in the window is not adjudicated, or a verdict cannot be read.
-- GRADE: an event in the window has no readable grade and is not unrelated to the drug.
-- CONTRADICTION: a fatal event related to the drug, or whose causality cannot be read, was adjudicated not a DLT.
-- ONSET: an event that may be a DLT has an onset that cannot be right (ONSETCD of adae), or a DLT is dated after the
-- cut.
-- DEATH: died in the window, or after it before counts had recovered, of no known cause or of none that settles it
-- (deathcause).
-- BEFORE: a DLT is dated before the first infusion; AFTER DEATH: after the death.
-- NO EVENT: a DLT was adjudicated of an event that AE does not hold; NO EVENTS: of another subject, and no AE came.
-- ELSEWHERE: another record says that the subject had a DLT (dltelsewhere). COHORT: in the expansion and in another
-- cohort.
-- DOSE: less than the stated share, for toxicity or a reason in doubt or not delivered; or a dose not known (adexsum).
-- STOPPED: treatment or study ended in the window for toxicity, of which no event tells.
-- After it: the window is open (DAYSLEFT); UNSEEN: last seen too early; TRANSPLANT, NEW THERAPY: one may have begun in
-- the window, its date does not tell (GONEREAS: as delivered); APLASIA: counts not recovered by the end of the window,
-- awaited to the late day; LATE APLASIA: nor by then, awaiting adjudication; UNREAD COUNT: no count was low, the
-- last one in the window cannot be read; APLASIA DEATH: died before the late day, counts not recovered.
-- CNTADY, NEXTADY: the last count and the next course of a LATE APLASIA that no count of the late day or after shows.
with lost as (
    -- a DLT adjudicated in SUPPAE of an event that AE does not hold
    select distinct USUBJID
    from dltverdict
    where MAYBE and AEROW is null
),
delivered as (
    select
        exists (select 1 from adae) or exists (select 1 from ingest.dataset where lower(DATASET) = 'ae') as EVENTS,
        exists (select 1 from adae where DLTFL is not null or DLTUNRFL = 'Y') as VERDICTS,
        exists (select 1 from trial.dose_level) as LEVELS, exists (select 1 from lost) as LOSTDLT
),
collected as (
    -- DLTs were collected where the protocol has dose levels and adverse events were delivered, though it be with no
    -- rows: what has no verdict then awaits one. Otherwise only a verdict shows that they were; where it is one of
    -- events that were not delivered at all, everybody awaits these (NO EVENTS).
    select VERDICTS or (LEVELS and EVENTS) or LOSTDLT as COLLECTED, LOSTDLT and not EVENTS as NOEVENTS
    from delivered
),
treated as (
    select
        a.*, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, c.COLLECTED, c.NOEVENTS,
        case when s.LATEDAY > 0 then a.TRTSDT + cast(s.LATEDAY - 1 as integer) end as LATEENDT
    from adsl as a
    cross join trial.settings as s
    cross join collected as c
    where a.TRTSDT is not null or a.FIRSTCD is not null
),
dlt as (
    select
        a.USUBJID, count(*) as NDLT,
        string_agg(a.AEDECOD, '; ' order by a.ASTDT, a.AESEQ) as DLTTERM,
        min(coalesce(a.AEWORSDT, a.ASTDT)) as DLTDT, max(a.ATOXGR) as DLTGR,
        -- where a partial or missing date may be the first, the day is not known
        min(coalesce(a.AEWORSDT, a.ASTDT)) filter (where a.AEWORSDT is not null or a.ASTDTF is null) as KNOWNDT,
        bool_or(coalesce(a.AEWORSDT, a.ASTDT) is null) as UNDATED
    from adae as a
    cross join trial.settings as s
    where (a.DLTPLACE in ('WINDOW', 'LATE') or (a.DLTPLACE = 'AFTER' and s.DLTAFTER = 'COUNT'))
      and a.USUBJID in (select USUBJID from adsl where FIRSTCD is null or a.ASTDT >= TRTSDTL)
      -- one that is dated after the death is no DLT yet: one of the two dates is wrong
      and a.AFTDTHFL is null
    group by a.USUBJID
),
event as (
    select
        USUBJID,
        DLTWINFL = 'Y' and GR3FL = 'Y' and DLTFL is null as UNJUDGED,
        DLTWINFL = 'Y' and DLTFL is null and (GR3FL = 'Y' or DLTUNRFL = 'Y') as OPENEVENT,
        DLTWINFL = 'Y' and GR3FL = 'N' and ATOXGR is null and DLTFL is null and coalesce(RELFL, '') <> 'N' as UNGRADED,
        DLTWINFL = 'Y' and ATOXGR = 5 and (RELFL = 'Y' or RELUNRFL = 'Y') and DLTFL = 'N' as CONTRARY,
        DLTPLACE = 'BEFORE' as TOOEARLY,
        ONSETCD is not null and case
            when DLTFL = 'Y' then DLTPLACE in ('AFTER CUT', 'AFTER')
            when DLTFL is null then GR3FL = 'Y' or DLTUNRFL = 'Y' or (ATOXGR is null and coalesce(RELFL, '') <> 'N')
        end as MISDATED,
        DLTFL = 'Y' and DLTPLACE not in ('BEFORE', 'AFTER CUT') and AFTDTHFL = 'Y' as TOOLATE,
        UNJUDGED and ATOXGR = 5 as FATALOPEN,
        AEDECOD, ADY, ATOXGR, ASTDT, ONSETCD
    from adae
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
        string_agg(distinct coalesce(AEDECOD, ''), ', ' order by coalesce(AEDECOD, ''))
            filter (where MISDATED) as ONSTERM,
        string_agg(distinct ONSETCD, ';' order by ONSETCD) filter (where MISDATED) as ONSETCD,
        count(*) filter (where TOOEARLY) as NBEFORE,
        count(*) filter (where TOOLATE) as NTOOLATE,
        string_agg(distinct AEDECOD, ', ' order by AEDECOD) filter (where TOOEARLY or TOOLATE) as BEFTERM,
        min(ADY) filter (where TOOEARLY or TOOLATE) as BEFADY,
        bool_or(FATALOPEN) as FATALOPEN
    from event
    group by USUBJID
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
      -- what explains it: an event of the window of grade 3 or worse that was adjudicated, or one of grade 1 or 2 for
      -- which the drug was stopped
      and not exists (
          select 1
          from adae as e
          where e.USUBJID = t.USUBJID and e.DLTWINFL = 'Y' and coalesce(e.ASTDT <= d.DSSTDTL, true)
            and ((e.DLTFL is not null and e.ATOXGR >= 3)
                or (e.ATOXGR < 3 and regexp_matches(upper(e.AEACN), 'WITHDRAWN|STOPPED|DISCONTINU')
                    and upper(e.AEACN) not like 'NOT %')))
    group by t.USUBJID
),
evaluated as (
    select
        t.*, m.NDOSE1, m.PLANDOSE, m.GIVEDOSE, m.DOSESHR, m.DOSECD, m.MISSINF, m.MISSREAS,
        r.GONECD, r.GONEREAS, r.GONEDT - t.TRTSDT + case when r.GONEDT >= t.TRTSDT then 1 else 0 end as GONEADY, r.NEDT,
        coalesce(m.DOSECD = 'REDUCED', false) or r.GONECD is not null as NOTEVAL,
        r.WINOPEN, r.SEENADY, r.TOLADY,
        u.UNJTERM, u.UNJCD, x.STOPDT, x.STOPREAS, u.NUNTERM, u.NUNJUDG, u.NUNGRD, u.GRDTERM,
        coalesce(u.CONTRTERM, r.DEATHTERM) as CONTRTERM,
        u.ONSTERM, u.ONSETCD, u.NBEFORE, u.BEFTERM, u.BEFADY, p.APLCD, p.LOWDT, p.RECDT, p.ENDDT, p.COUNTDT, p.NEXTDT,
        coalesce(p.APLCD = 'DEATH', false) as DIEDAPL, replace(coalesce(y.DSCAUSE, y.AECAUSE), ';', ', ') as DTHCAUSE,
        e.NDLT, e.DLTTERM, e.DLTDT, e.DLTGR, e.KNOWNDT, e.UNDATED,
        -- what could still turn out to be a DLT, before anything makes the subject not evaluable
        nullif(concat_ws(';',
            t.FIRSTCD,
            case when u.ISOPEN then 'ADJUDICATION' end,
            case when u.NUNGRD > 0 then 'GRADE' end,
            case when coalesce(u.CONTRTERM, r.DEATHTERM) is not null then 'CONTRADICTION'
                 when (r.UNSETTLED or DIEDAPL) and not coalesce(u.FATALOPEN, false) then 'DEATH' end,
            case when u.ONSETCD is not null then 'ONSET' end,
            case when u.NBEFORE > 0 then 'BEFORE' end,
            case when u.NTOOLATE > 0 then 'AFTER DEATH' end,
            case when k.USUBJID is not null then 'NO EVENT' when t.NOEVENTS then 'NO EVENTS' end,
            case when t.USUBJID in (select USUBJID from dltelsewhere) then 'ELSEWHERE' end,
            case when c.SPLITFL = 'Y' then 'COHORT' end,
            case when m.DOSECD in ('TOXICITY', 'DOUBT', 'NOREASON') then 'DOSE' end,
            case when x.USUBJID is not null and not coalesce(u.ISOPEN, false) and coalesce(m.DOSECD, '') <> 'TOXICITY'
                then 'STOPPED' end
        ), '') as OPENCD,
        nullif(concat_ws(';',
            case when m.DOSECD = 'UNKNOWN' then 'DOSE' end,
            case when r.SEENADY is not null and not NOTEVAL then 'UNSEEN' end,
            r.OPENKIND,
            case when p.APLCD = 'DEATH' then 'APLASIA DEATH' when p.APLCD <> 'NOT OBSERVED' then p.APLCD end
        ), '') as WAITCD
    from treated as t
    left join observed as r on r.USUBJID = t.USUBJID
    left join adexsum as m on m.USUBJID = t.USUBJID
    left join doubt as u on u.USUBJID = t.USUBJID
    left join aplasia as p on p.USUBJID = t.USUBJID
    left join deathcause as y on y.USUBJID = t.USUBJID
    left join lost as k on k.USUBJID = t.USUBJID
    left join cohorttold as c on c.USUBJID = t.USUBJID
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
    cast(case when DLTSTAT = 'Pending' and WINOPEN and FIRSTCD is null then WINENDT - CUTDT end as integer) as DAYSLEFT,
    case
        when DLTSTAT = 'Pending' then nullif(concat_ws(';', OPENCD, WAITCD), '')
        -- where DLTs were not collected, a death in the window is named all the same
        when DLTSTAT is null and list_contains(string_split(OPENCD, ';'), 'DEATH') then 'DEATH'
    end as PENDCD,
    UNJTERM, UNJCD, cast(STOPDT - TRTSDT + 1 as integer) as STOPADY, STOPREAS,
    cast(coalesce(NUNTERM, 0) as integer) as NUNTERM, GRDTERM, CONTRTERM, ONSTERM, ONSETCD, BEFTERM,
    cast(BEFADY as integer) as BEFADY, cast(WINENDT - TRTSDT + 1 as integer) as WINADY,
    cast(LATEENDT - TRTSDT + 1 as integer) as LATEADY,
    cast(case when DLTSTAT = 'Pending' and APLCD = 'LATE APLASIA' then COUNTDT - TRTSDT + 1 end as integer) as CNTADY,
    cast(case when DLTSTAT = 'Pending' and APLCD = 'LATE APLASIA' then NEXTDT - TRTSDT + 1 end as integer) as NEXTADY,
    cast(SEENADY as integer) as SEENADY,
    cast(case when DLTSTAT = 'No DLT' then TOLADY end as integer) as TOLADY,
    TRTP, GIVENTRT, PLANDOSE, GIVEDOSE, DOSESHR, DOSECD, MISSINF, MISSREAS,
    case when DLTSTAT = 'Not evaluable' and not NOTEVAL then 'APLASIA' when DIEDAPL and DLTSTAT = 'Pending'
            then coalesce(GONECD, 'DIED')
        else GONECD end as GONECD,
    case when DIEDAPL and DLTSTAT = 'Pending' and GONECD is null then DTHCAUSE else GONEREAS end as GONEREAS,
    cast(case
        when GONECD is null and ((DLTSTAT = 'Not evaluable' and not NOTEVAL) or (DLTSTAT = 'Pending' and DIEDAPL))
            then ENDDT - TRTSDT + 1
        else GONEADY
    end as integer) as GONEADY,
    case when DLTSTAT in ('Not evaluable', 'DLT') then coalesce(NEDT, case when not NOTEVAL then ENDDT end) end
        as NEDT,
    NDOSE1,
    DLTTERM, DLTDT, cast(case when KNOWNDT = DLTDT and not UNDATED then DLTDT - TRTSDT + 1 end as integer) as DLTADY,
    DLTGR,
    cast(coalesce(NDLT, 0) as integer) as NDLT,
    cast(coalesce(NUNJUDG, 0) as integer) as NUNJUDG
from status
order by TRTSDT, USUBJID

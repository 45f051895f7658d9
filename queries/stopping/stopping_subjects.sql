-- Question: whom does one stopping rule count, in order of first infusion, and who had its event?
-- Grain: one treated subject (of the rule's cohort).
-- A stopping rule is asked of all subjects: the reader's filters do not touch it. Everybody stands as known at the
-- data cut. STATUS: 'Event', 'No event' (both counted), 'Awaited' (not observed long enough yet), 'Left out'.
-- REASONCD: why a subject is awaited or left out, also why a counted one could not show the event: NO BASELINE LVEF,
-- NO LATER LVEF, UNREADABLE LVEF, LVEF NOT DECIDED (a limit or a range), NO COMPARABLE LVEF,
-- LVEF TOO EARLY (last on day LVEFDY of NEEDED), DLT NOT EVALUABLE, DLT PENDING,
-- DIED UNDATED, LEFT (on day LASTDY), TOO EARLY (on day LASTDY of NEEDED).
-- CTRCD (adctrcd): by ejection fraction, or heart failure with or without one. Who has it counts, evaluable or not
-- otherwise: severe with an unknown baseline, and heart failure. POSSFL = 'Y': without a counted event, but what is not
-- known leaves it open (POSSTERM, POSSDY): a value without a baseline, a limit or a range, one that cannot
-- be read (POSSCD: adctrcd's TERM), strain or markers not measured (POSSMIS), a severity or a
-- grade not known, the day of a death not known; the rule is then given with and without it.
-- Observed: for CTRCD until LVEFDY, the day of the last LVEF that can be compared with its baseline (a month or year
-- alone counts as its first day); for all else until LASTDY, the last day on study, or the last
-- contact of who was lost to follow-up. Nobody sees a heart between two echocardiograms.
-- An event is of the kind where its preferred term holds a listed term as words; possible where only the reported term
-- does, or one of the words that tell a listed term from others (seven letters and more, not of trial.common_word).
-- EVENTLDY, POSSLDY: the latest day of a death whose date is partial or missing; EVENTDY, POSSDY then the first.
-- An event at a partial date counts at the earliest day that the date allows, so inside a window unless surely outside.
-- FIRST DOSE: the first infusion has no day at all. The subject is awaited, at the end of the order; a death, an event
-- adjudicated a DLT or an event of the kind is possible, whenever it was.
-- A death counts where each day that it can have been (deathday) lies within the days, and is possible where some do.
with cohort as (
    -- the cohort that the rule names, where it is the expansion under each of its names
    select lower(trim($cohort)) as COHORTLC
    union
    select other.COHORTLC
    from trial.named_cohort as own
    join trial.named_cohort as other on other.NAMEDBY = own.NAMEDBY
    where own.NAMEDBY = 'EXPANSION' and own.COHORTLC = lower(trim($cohort))
),
treated as (
    select
        a.*,
        row_number() over (order by a.TRTSDT, a.TRTSDTM nulls first, a.USUBJID) as SEQ,
        case when a.DTHFL = 'Y' then 'died' when a.EOSDT <= a.CUTDT or a.DCSREAS is not null then 'left'
            else 'on study' end as WHEREABOUTS,
        -- who was lost to follow-up was observed until the last contact, whenever that was declared
        cast(least(coalesce(a.EOSDT, a.CUTDT), a.CUTDT,
            case when a.DTHFL is null and upper(trim(a.DCSREAS)) like 'LOST%'
                then greatest(t.LSTALVDT, a.TRTSDT) end) - a.TRTSDT + 1 as integer) as LASTDY
    from adsl as a
    left join adtte as t on t.USUBJID = a.USUBJID and t.PARAMCD = 'OS'
    where (a.TRTSDT is not null or a.FIRSTCD is not null)
      and ($cohort is null or lower(trim(a.COHORT)) in (select COHORTLC from cohort))
),
mortal as (
    select
        t.USUBJID, d.DTHFDT,
        cast(d.DTHFDT - coalesce(t.TRTSDTL, t.TRTSDT) + 1 <= $within_days as boolean) as EARLYPOSS,
        cast(coalesce(d.DTHDTL, t.CUTDT) - t.TRTSDT + 1 <= $within_days as boolean) as EARLYSURE
    from treated as t
    join deathday as d on d.USUBJID = t.USUBJID
    where $counts = 'early_death'
),
lvef as (
    select
        USUBJID, count(*) filter (where ABLFL = 'Y') as NBASE, count(*) filter (where POSTFL = 'Y') as NLATER,
        count(*) filter (where POSTFL = 'Y' and BASE is not null and CTRCD is null) as NUNDECIDED
    from adcv
    where PARAMCD = 'LVEF' and JUDGEFL = 'Y'
    group by USUBJID
),
sign as (
    select
        g.*,
        case when g.ORIGIN like 'LVEF%' then '' else g.TERM || ', ' end as PREFIX,
        case g.ORIGIN when 'LVEF NOT READ' then g.TERM end as POSSCD, g.CTRCDMIS as POSSMIS,
        list_position(['none', 'mild', 'moderate', 'severe'], replace($counts, 'ctrcd_', '')) as LEASTN
    from adctrcd as g
    join treated as t on t.USUBJID = g.USUBJID
    where g.COUNTFL = 'Y' and $counts like 'ctrcd!_%' escape '!'
      and ($within_days is null or g.ADT is null or g.ADT - t.TRTSDT + 1 <= $within_days)
),
heart as (
    select
        USUBJID, count(CTRCD) as NCOMPARED, max(ADT) filter (where ORIGIN = 'LVEF' and CTRCD is not null) as LVEFDT
    from adctrcd
    where COUNTFL = 'Y'
    group by USUBJID
),
listed as (
    -- a term that stands in two categories is of both; AESICAT names one
    select TERM from trial.special_interest where AESICAT = $category
    union
    select lower(unnest(cast($terms as varchar[])))
),
-- what tells one of these terms from others
telling as (
    select distinct WORD
    from (select unnest(string_split_regex(TERM, '[^a-z]+')) as WORD from listed)
    where length(WORD) >= 7 and WORD not in (select WORD from trial.common_word)
),
near_kind as (
    select
        e.USUBJID, e.AEDECOD, e.ATOXGR, coalesce(e.AEWORSDT, e.ASTDT) as ASTDT,
        cast(coalesce(e.AEWORSDT - t.TRTSDT + 1, e.ADY) as integer) as ADY, e.TRTEMFL, e.AFTDTHFL,
        coalesce(e.AESICAT = $category, false) or exists (
            select 1 from listed as l
            where regexp_matches(lower(e.AEDECOD), '(^|[^a-z])' || regexp_escape(l.TERM) || '([^a-z]|$)')
        ) as SURE
    from adae as e
    left join treated as t on t.USUBJID = e.USUBJID
    where $counts = 'ae'
      and (
          SURE
          or exists (
              select 1 from listed as l
              where regexp_matches(lower(e.AETERM), '(^|[^a-z])' || regexp_escape(l.TERM) || '([^a-z]|$)')
          )
          or exists (
              select 1 from telling as w
              where regexp_matches(lower(concat_ws(' | ', e.AEDECOD, e.AETERM)), '(^|[^a-z])' || w.WORD)
          )
      )
),
of_kind as (
    select * exclude (SURE) from near_kind where SURE
),
adverse as (
    select * exclude (TRTEMFL, AFTDTHFL)
    from of_kind
    where TRTEMFL = 'Y' and ($within_days is null or ADY is null or ADY <= $within_days)
),
doubtful as (
    select USUBJID, ADT, PREFIX || 'CTRCD ' || CTRCDPOS || ' possible' as POSSTERM, AVALC as POSSVAL, ADY as POSSDY,
        null as POSSLDY, POSSCD, POSSMIS
    from sign
    where CTRCDPOSN >= LEASTN and coalesce(CTRCDN, 1) < LEASTN
    union all
    select USUBJID, ASTDT, coalesce(AEDECOD, 'Event without a term') || ', grade not known', null, ADY, null, null, null
    from adverse
    where ATOXGR is null
    union all
    -- dated after the death: one of the two dates is wrong
    select USUBJID, ASTDT, coalesce(AEDECOD, 'Event without a term') || ', dated after the death', null, ADY, null,
        null, null
    from near_kind
    where AFTDTHFL = 'Y' and TRTEMFL = 'N' and coalesce(ATOXGR >= $minimum_grade, true)
    union all
    -- a term near those that are counted
    select USUBJID, ASTDT, coalesce(AEDECOD, 'Event without a term') || coalesce(', grade ' || ATOXGR,
        ', grade not known') || ', of a term near those counted', null, ADY, null, null, null
    from near_kind
    where not SURE and TRTEMFL = 'Y' and coalesce(ATOXGR >= $minimum_grade, true)
      and ($within_days is null or ADY is null or ADY <= $within_days)
    union all
    select t.USUBJID, null, 'Death', null, d.DTHADY, d.DTHLADY, null, null
    from treated as t
    join deathday as d on d.USUBJID = t.USUBJID
    where t.USUBJID in (select USUBJID from mortal where EARLYPOSS and not EARLYSURE)
    union all
    -- without a first infusion's day no event can be placed: each is possible
    select t.USUBJID, null, 'Death', null, null, null, null, null
    from treated as t
    where t.TRTSDT is null and t.DTHFL = 'Y' and $counts = 'early_death'
    union all
    select e.USUBJID, e.ASTDT, coalesce(e.AEDECOD, 'Event without a term')
        || coalesce(', grade ' || e.ATOXGR, ', grade not known'), null, null, null, null, null
    from of_kind as e
    join treated as t on t.USUBJID = e.USUBJID and t.TRTSDT is null
    where coalesce(e.ATOXGR >= $minimum_grade, true)
    union all
    select e.USUBJID, e.ASTDT, coalesce(e.AEDECOD, 'DLT without a term') || ', adjudicated a DLT', null,
        null, null, null, null
    from adae as e
    join treated as t on t.USUBJID = e.USUBJID and t.TRTSDT is null
    where $counts = 'dlt' and e.DLTFL = 'Y'
),
possible as (
    select * exclude (ADT)
    from doubtful
    qualify row_number() over (partition by USUBJID order by ADT nulls last, POSSTERM) = 1
),
happened as (
    select USUBJID, ADT as EVENTDT, ADY as EVENTDY,
        PREFIX || 'CTRCD ' || CTRCD || case CTRCDQ when 'AT LEAST' then ' or worse' when 'BASELINE UNKNOWN'
            then ', baseline unknown' else '' end as EVENTTERM
    from sign
    where CTRCDN >= LEASTN
    union all
    select t.USUBJID, m.DTHFDT, cast(m.DTHFDT - t.TRTSDT + 1 as integer), 'Death'
    from treated as t
    join mortal as m on m.USUBJID = t.USUBJID and m.EARLYSURE
    union all
    select USUBJID, ASTDT, ADY, coalesce(AEDECOD, 'Event without a term') || ', grade ' || ATOXGR from adverse
        where ATOXGR >= $minimum_grade
    union all
    select USUBJID, DLTDT, DLTADY, coalesce(DLTTERM, 'DLT without a term') from addl
        where $counts = 'dlt' and DLTSTAT = 'DLT'
),
first_event as (
    select * from happened
    qualify row_number() over (partition by USUBJID order by EVENTDT nulls last, EVENTTERM) = 1
),
unreadable as (
    select distinct USUBJID from adctrcd where ORIGIN = 'LVEF NOT READ' and COUNTFL = 'Y'
),
ungraded as (
    select USUBJID, count(*) as NNOGRADE from adverse where ATOXGR is null group by USUBJID
),
placed as (
    select
        t.*, p.POSSTERM, p.POSSVAL, p.POSSCD, p.POSSMIS, p.POSSDY, p.POSSLDY, e.EVENTDT, e.EVENTTERM,
        case when e.EVENTTERM = 'Death' and y.DTHLADY > y.DTHADY then y.DTHLADY end as EVENTLDY,
        case when EVENTLDY is null then e.EVENTDY else y.DTHADY end as EVENTDY, e.USUBJID is not null as HASEVENT,
        cast(coalesce(u.NNOGRADE, 0) as integer) as NNOGRADE,
        case when coalesce(h.NCOMPARED, 0) > 0 then null
             when coalesce(l.NBASE, 0) = 0 then 'NO BASELINE LVEF'
             when coalesce(l.NLATER, 0) = 0 and r.USUBJID is not null then 'UNREADABLE LVEF'
             when coalesce(l.NLATER, 0) = 0 then 'NO LATER LVEF'
             when l.NUNDECIDED > 0 then 'LVEF NOT DECIDED'
             else 'NO COMPARABLE LVEF' end as NOHEART,
        d.DLTSTAT, d.DAYSLEFT, d.PENDCD,
        d.UNJTERM, d.UNJCD, d.STOPADY, d.STOPREAS, d.NUNTERM, d.GRDTERM, d.CONTRTERM, d.ONSTERM, d.ONSETCD,
        d.BEFTERM, d.BEFADY, d.WINADY,
        d.LATEADY, d.CNTADY, d.NEXTADY, d.SEENADY, d.DOSESHR, d.DOSECD, d.MISSINF, d.MISSREAS, d.GONECD, d.GONEREAS,
        d.GONEADY,
        coalesce(greatest($observed_days, $within_days), $observed_days, $within_days) as NEEDED,
        cast(h.LVEFDT - t.TRTSDT + 1 as integer) as LVEFDY, $counts like 'ctrcd!_%' escape '!' as ISHEART
    from treated as t
    left join first_event as e on e.USUBJID = t.USUBJID
    left join ungraded as u on u.USUBJID = t.USUBJID
    left join heart as h on h.USUBJID = t.USUBJID
    left join unreadable as r on r.USUBJID = t.USUBJID
    left join lvef as l on l.USUBJID = t.USUBJID
    left join possible as p on p.USUBJID = t.USUBJID
    left join deathday as y on y.USUBJID = t.USUBJID
    left join addl as d on d.USUBJID = t.USUBJID
),
judged as (
    select
        *,
        case
            when TRTSDT is null then 'Awaited'
            when $population = 'evaluable for heart' and NOHEART is not null then
                case when NOHEART = 'NO BASELINE LVEF' or WHEREABOUTS <> 'on study' then 'Left out' else 'Awaited' end
            when $population = 'evaluable for DLT' and DLTSTAT = 'Not evaluable' then 'Left out'
            when ($population = 'evaluable for DLT' or $counts = 'dlt') and DLTSTAT = 'Pending' then 'Awaited'
            when HASEVENT then 'Event'
            when $counts = 'early_death' and POSSTERM is not null then 'Left out'
            when NEEDED is null then 'No event'
            when ISHEART and LVEFDY >= NEEDED then 'No event'
            when not ISHEART and (WHEREABOUTS = 'died' or LASTDY >= NEEDED) then 'No event'
            when WHEREABOUTS <> 'on study' then 'Left out'
            else 'Awaited'
        end as STATUS
    from placed
)
select
    USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, COHORT, TRTSDT,
    cast(SEQ as integer) as SEQ, LASTDY, WHEREABOUTS, STATUS,
    -- also why a counted subject could not show the event
    case
        when TRTSDT is null then 'FIRST DOSE'
        when $population = 'evaluable for heart' and NOHEART is not null then NOHEART
        when $population = 'evaluable for DLT' and DLTSTAT = 'Not evaluable' then 'DLT NOT EVALUABLE'
        when STATUS = 'Awaited' and DLTSTAT = 'Pending' and ($population = 'evaluable for DLT' or $counts = 'dlt')
            then 'DLT PENDING'
        when ISHEART and STATUS in ('Awaited', 'Left out')
            then coalesce(NOHEART, case when LVEFDY is not null then 'LVEF TOO EARLY' else 'NO LATER LVEF' end)
        when STATUS = 'Left out' and DTHFL = 'Y' then 'DIED UNDATED'
        when STATUS = 'Left out' then 'LEFT'
        when STATUS = 'Awaited' then 'TOO EARLY'
        when STATUS = 'No event' and ISHEART then NOHEART
        when STATUS = 'No event' and $counts = 'dlt' and DLTSTAT = 'Not evaluable' then 'DLT NOT EVALUABLE'
    end as REASONCD,
    cast(NEEDED as integer) as NEEDED, DLTSTAT, DAYSLEFT, PENDCD,
    UNJTERM, UNJCD, STOPADY, STOPREAS, NUNTERM, GRDTERM, CONTRTERM, ONSTERM, ONSETCD, BEFTERM, BEFADY,
    WINADY, LATEADY, CNTADY, NEXTADY, SEENADY, DOSESHR, DOSECD, MISSINF, MISSREAS, GONECD, GONEREAS, GONEADY,
    EVENTDT, EVENTDY, EVENTLDY, EVENTTERM, LVEFDY, NNOGRADE,
    case when HASEVENT then 'Y' else 'N' end as EVENTFL,
    case when POSSTERM is not null and not HASEVENT then 'Y' else 'N' end as POSSFL, POSSTERM, POSSVAL, POSSCD, POSSMIS,
    POSSDY, POSSLDY
from judged
order by SEQ

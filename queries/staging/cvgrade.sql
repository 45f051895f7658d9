-- Question: which CTCAE grade and which category of CTRCD has each ejection fraction, and which could it have?
-- Grain: one readable LVEF (a record of cvchange) and what it is compared with: KIND 'USED' for the value and baseline
--     in use, 'ASIDE' for a value set aside on its day, 'BASELINE' for a later value in use (LATERNUM) against a
--     baseline that was set aside.
-- Kept: no
-- Reads: cvchange, trial.settings
-- Equal to stats.cardiac.ef_grade (v5.0), left_ventricular_dysfunction_grade (v6.0), ctrcd, ctrcd_possible and
-- ctrcd_undecided. Where value or baseline is a limit or a range, each is tried at its ends: what they agree on is
-- known. CTRCD: what is known; CTRCDQ: AT LEAST (worse is possible) or BASELINE UNKNOWN; CTRCDPOS: the worst that is
-- possible where it is not known, also where it is not known whether the value is from after the first infusion.
-- ATOXGRQ: AT LEAST, or IF NEW (a low LVEF without a baseline, CTCAE v6.0).
-- CTRCDMAY: the worst category that strain or markers that were not measured leave possible beyond CTRCD.
-- SIGN: strain declined by more than 15 % or a new marker rise; missing ones count as not shown.
with lvef as (
    select
        RESNUM, USUBJID, SERIES, CHOICE, BASECHOICE, BASENUM, ADT, ADTF, BEFOREFL, POSTFL, ABLFL, MAYBEBASE,
        LO, HI, BLO, BHI, GLSDECL, MRKRISE,
        coalesce(GLSDECL > 15, false) or coalesce(MRKRISE = 'Y', false) as SIGN
    from (select *, coalesce(BEFOREFL, 'N') = 'Y' or coalesce(FLAGFL, 'N') = 'Y' as MAYBEBASE from cvchange)
    where PARAMCD = 'LVEF' and JUDGEFL = 'Y'
),
pair as (
    select
        RESNUM, RESNUM as LATERNUM, case when CHOICE = 1 then 'USED' else 'ASIDE' end as KIND, POSTFL, MAYBEBASE,
        LO, HI, BLO, BHI, SIGN, GLSDECL, MRKRISE
    from lvef
    union all
    select o.RESNUM, l.RESNUM, 'BASELINE', l.POSTFL, false, l.LO, l.HI, o.LO, o.HI, l.SIGN, l.GLSDECL, l.MRKRISE
    from lvef as b
    join lvef as o
        on o.USUBJID = b.USUBJID and o.SERIES = b.SERIES and o.ADT is not distinct from b.ADT
        and o.ADTF is not distinct from b.ADTF and o.CHOICE > 1 and o.MAYBEBASE
    join lvef as l on l.BASENUM = b.RESNUM and l.CHOICE = 1 and l.POSTFL = 'Y'
    where b.ABLFL = 'Y'
),
tried as (
    -- just below 50 %, strain or marker need a fall; a range may hide it between its ends
    select p.*, v.V, b.B
    from pair as p
    cross join unnest(list_distinct([p.LO, p.HI, least(greatest(p.LO, 49.9999), p.HI)])) as v (V)
    cross join unnest(list_distinct([coalesce(p.BLO, -1), coalesce(p.BHI, -1)])) as b (B)
),
-- NEWLOW: below 40 % and not so before, or further down
fallen as (
    select
        *, B < 0 as NOBASE, round(V - B, 6) as CHG,
        coalesce(B >= 40 or round(V - B, 6) <= -10, false) as NEWLOW
    from tried
),
graded as (
    select
        c.*,
        case
            when t.CTCAE like '6%' then
                case when c.POSTFL is null then null
                     when c.V >= 50 then case when c.SIGN then 1 when not c.NOBASE then 0 end
                     when c.V >= 40 then case when c.SIGN or c.NOBASE or c.CHG <= -10 then 2 else 0 end
                     else case when c.NOBASE or c.NEWLOW or (c.SIGN and c.CHG < 0) then 3 else 0 end end
            when c.V < 20 then 4
            when c.V < 40 or (c.POSTFL = 'Y' and not c.NOBASE and c.CHG <= -20) then 3
            when c.V <= 50 or (c.POSTFL = 'Y' and not c.NOBASE and c.CHG <= -10) then 2
            when c.MAYBEBASE or (c.POSTFL = 'Y' and not c.NOBASE) then 0 end as GRADE,
        case when c.NOBASE and c.POSTFL = 'Y' then
            case when t.CTCAE like '6%' then case when c.V < 40 or (c.V < 50 and not c.SIGN) then 'IF NEW' end
                 when c.V between 40 and 50 then 'AT LEAST' end end as GRADEQ,
        c.POSTFL is null and not c.MAYBEBASE as UNPLACED,
        case when c.V >= 50 then case when c.SIGN then 2 when not c.NOBASE then 1 end
             when c.NOBASE then case when c.V < 40 then 4 end
             when c.V >= 40 then case when c.CHG <= -10 or (c.SIGN and c.CHG < 0) then 3 else 1 end
             else case when c.NEWLOW or (c.SIGN and c.CHG < 0) then 4 else 1 end end as RANK,
        coalesce(c.NOBASE and c.V between 40 and 49.99999, false) as MAYBEMODERATE,
        coalesce(not c.SIGN and not c.NOBASE and c.POSTFL = 'Y' and case when c.V >= 50 then true
            when c.V >= 40 then c.CHG < 0 and c.CHG > -10
            else c.B < 40 and c.CHG < 0 and c.CHG > -10 end, false) as UNSURE
    from fallen as c
    cross join trial.settings as t
),
gathered as (
    select
        RESNUM, LATERNUM, KIND, any_value(GLSDECL) as GLSDECL, any_value(MRKRISE) as MRKRISE,
        bool_or(NOBASE) as NOBASE, bool_or(UNSURE) as UNSURE,
        max(case when V < 40 then 4 when V < 50 then 3 else 2 end) filter (where UNSURE) as MAYRANK,
        case when count(GRADE) = count(*) then min(GRADE) end as LEASTGR, max(GRADE) as MOSTGR, max(GRADEQ) as GRADEQ,
        case when any_value(POSTFL) = 'Y' and count(RANK) = count(*) then min(RANK) end as LEASTRANK,
        case when any_value(POSTFL) = 'Y' or any_value(UNPLACED) then
            greatest(max(RANK), case when bool_or(MAYBEMODERATE) then 3 end) end as MOSTRANK
    from graded
    group by RESNUM, LATERNUM, KIND
),
decided as (
    select
        *,
        case when LEASTGR = MOSTGR or LEASTGR > 0 then LEASTGR end as ATOXGR,
        -- less than moderate is known only where nothing worse is possible
        case when LEASTRANK = MOSTRANK or LEASTRANK >= 3 then LEASTRANK end as KNOWNRANK
    from gathered
)
select
    RESNUM, LATERNUM, KIND,
    cast(ATOXGR as integer) as ATOXGR,
    case when ATOXGR is null then null when LEASTGR < MOSTGR then 'AT LEAST' else GRADEQ end as ATOXGRQ,
    ['none', 'mild', 'moderate', 'severe'][KNOWNRANK] as CTRCD,
    case when NOBASE and KNOWNRANK = 4 then 'BASELINE UNKNOWN' when KNOWNRANK < MOSTRANK then 'AT LEAST' end as CTRCDQ,
    case when MOSTRANK > coalesce(KNOWNRANK, 1) then ['none', 'mild', 'moderate', 'severe'][MOSTRANK] end
        as CTRCDPOS,
    case when (GLSDECL is null or MRKRISE is null) and MAYRANK > coalesce(KNOWNRANK, 1)
        then ['none', 'mild', 'moderate', 'severe'][MAYRANK] end as CTRCDMAY,
    case when not UNSURE then null
         when GLSDECL is null and MRKRISE is null then 'strain and markers'
         when GLSDECL is null then 'strain'
         when MRKRISE is null then 'markers' end as CTRCDMIS
from decided

-- Question: how far is each result of the heart from its baseline, and is a marker newly raised?
-- Grain: one readable result (one delivered record) of cvvalue; CHOICE = 1 marks the one that counts for its day.
-- Kept: no
-- Reads: cvvalue, trial.settings
-- Change is from the baseline of the same series only. Baseline: the last result before the first infusion, of
-- its day the flagged one; never one after it. A flag on an earlier result is not followed. A result set aside (CHOICE
-- above 1) is compared with the baseline of its own reader where that reader has one, else with the one in use.
with value as (
    select
        v.*,
        -- adult limit of the ESC 2022 definition of CTRCD
        case when v.PARAMCD = 'NTPROBNP' then 125.0 when v.PARAMCD = 'TROPONIN' then v.ANRHI end as UPLIM,
        upper(trim(coalesce(v.EVAL, 'INVESTIGATOR'))) as WHO
    from cvvalue as v
    where v.AVAL is not null
),
judged as (
    select
        *,
        -- '<' never counts as above the limit; where the assay's limit lies above it, nothing is known
        case when JUDGEFL = 'N' or UPLIM is null then null
             when AVALQ = '<' then case when AVAL <= UPLIM then 'N' end
             when AVALQ = '>' then case when AVAL >= UPLIM then 'Y' end
             when AVAL > UPLIM or (PARAMCD = 'NTPROBNP' and AVAL = UPLIM) then 'Y'
             else 'N' end as ABOVEFL,
        JUDGEFL = 'Y' and (coalesce(FLAGFL, 'N') = 'Y' or coalesce(BEFOREFL, 'N') = 'Y') as MAYBASE
    from value
),
ordered as (
    select
        *,
        case when MAYBASE and CHOICE = 1 then
            row_number() over (
                partition by USUBJID, PARAMCD, SERIES, MAYBASE and CHOICE = 1
                order by ADT desc, case when FLAGFL = 'Y' then 0 else 1 end, ADTM desc nulls last, SRCSEQ desc
            )
        end as BASECHOICE,
        case when MAYBASE then
            row_number() over (
                partition by USUBJID, PARAMCD, SERIES, WHO, MAYBASE
                order by ADT desc, case when FLAGFL = 'Y' then 0 else 1 end, ADTM desc nulls last, SRCSEQ desc
            )
        end as OWNCHOICE
    from judged
),
compared as (
    select
        v.*,
        coalesce(own.RESNUM, used.RESNUM) as BASENUM,
        coalesce(own.AVAL, used.AVAL) as BASE, coalesce(own.LO, used.LO) as BLO, coalesce(own.HI, used.HI) as BHI,
        case when own.RESNUM is not null then own.AVALQ else used.AVALQ end as BASEQ,
        case when own.RESNUM is not null then own.ABOVEFL else used.ABOVEFL end as BASEABOVEFL
    from ordered as v
    left join ordered as used
        on used.USUBJID = v.USUBJID and used.PARAMCD = v.PARAMCD and used.SERIES = v.SERIES and used.BASECHOICE = 1
        and (v.COMPFL = 'Y' or v.RESNUM = used.RESNUM)
    left join ordered as own
        on v.CHOICE > 1 and own.USUBJID = v.USUBJID and own.PARAMCD = v.PARAMCD and own.SERIES = v.SERIES
        and own.WHO = v.WHO and own.OWNCHOICE = 1 and v.COMPFL = 'Y'
),
changed as (
    select
        *,
        case when BASECHOICE = 1 then 'Y' end as ABLFL,
        case when BEFOREFL = 'N' then 'Y' end as POSTFL,
        case when JUDGEFL = 'Y' and AVALQ is null and BASEQ is null then
            round(case when PARAMCD = 'GLS' then abs(AVAL) - abs(BASE) else AVAL - BASE end, 6) end as CHG
    from compared
),
related as (
    select
        *,
        round(100 * CHG / nullif(abs(BASE), 0), 6) as PCHG,
        -- a new rise: above the limit now, known not to be above it at baseline
        case when POSTFL = 'Y' and ISMARKER then case BASEABOVEFL when 'Y' then 'N' when 'N' then ABOVEFL end end
            as RISEFL
    from changed
),
strain as (
    select USUBJID, ADT, SERIES, 0 - PCHG as GLSDECL
    from related
    where PARAMCD = 'GLS' and POSTFL = 'Y' and ADTF is null and CHOICE = 1
),
echo as (
    select distinct USUBJID, ADT from related where PARAMCD = 'LVEF' and ADTF is null and POSTFL = 'Y' and CHOICE = 1
),
marker as (
    select USUBJID, ADT, RISEFL from related where RISEFL is not null and ADTF is null and CHOICE = 1
),
paired as (
    select e.USUBJID, e.ADT, max(m.RISEFL) as MRKRISE
    from echo as e
    cross join trial.settings as s
    join marker as m on m.USUBJID = e.USUBJID and abs(m.ADT - e.ADT) <= s.MARKERDAYS
    group by e.USUBJID, e.ADT
),
-- of each new rise of a marker, the days to the nearest ejection fraction since the first infusion
nearest as (
    select m.USUBJID, m.ADT, min(abs(e.ADT - m.ADT)) as ECHODAYS
    from (select distinct USUBJID, ADT from marker where RISEFL = 'Y') as m
    join echo as e on e.USUBJID = m.USUBJID
    group by m.USUBJID, m.ADT
)
select
    r.* exclude (WHO, MAYBASE, OWNCHOICE, BASEABOVEFL),
    case when r.PARAMCD = 'LVEF' and r.POSTFL = 'Y' then s.GLSDECL end as GLSDECL,
    case when r.PARAMCD = 'LVEF' and r.POSTFL = 'Y' then m.MRKRISE end as MRKRISE,
    case when r.RISEFL = 'Y' then cast(n.ECHODAYS as integer) end as ECHODAYS
from related as r
left join strain as s on s.USUBJID = r.USUBJID and s.ADT = r.ADT and s.SERIES = r.SERIES
left join paired as m on m.USUBJID = r.USUBJID and m.ADT = r.ADT
left join nearest as n on n.USUBJID = r.USUBJID and n.ADT = r.ADT and r.ADTF is null

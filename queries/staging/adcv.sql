-- Question: what did each subject's heart do: ejection fraction, shortening fraction, strain, troponin, NT-proBNP?
-- Grain: subject, parameter, series (imaging method, or test of a marker) and day; the day of the first infusion
-- may have two rows, before and after it. ANL01FL = 'Y' marks the one row of a subject, parameter and day to show.
-- Reads: adex, adsl, source.cv, source.lb, trial.settings, trial.test_code
-- Change is from the baseline of the same series only. Baseline: the delivered flag, else the last result before
-- or on the day of the first infusion (before its time where both times are known).
-- Several results of one day: the flagged baseline, then the investigator's or unnamed reader's, then before the
-- first infusion the last and after it the worse one; NRES counts them. Nothing is averaged.
-- Strain comes with and without its sign: CHG and PCHG compare sizes, so below 0 is worse, as in the other parameters.
with unit (ROLE, UNIT, FACTOR, STANDARD) as (
    values
        ('LVEF', '%', 1.0, '%'), ('LVEF', 'percent', 1.0, '%'), ('LVEF', 'fraction', 100.0, '%'),
        ('LVEF', 'fraction of 1', 100.0, '%'),
        ('SF', '%', 1.0, '%'), ('SF', 'percent', 1.0, '%'), ('SF', 'fraction', 100.0, '%'),
        ('SF', 'fraction of 1', 100.0, '%'),
        ('GLS', '%', 1.0, '%'), ('GLS', 'percent', 1.0, '%'),
        ('TROPONIN', 'ng/l', 1.0, 'ng/L'), ('TROPONIN', 'pg/ml', 1.0, 'ng/L'),
        ('TROPONIN', 'ng/ml', 1000.0, 'ng/L'), ('TROPONIN', 'ug/l', 1000.0, 'ng/L'),
        ('NTPROBNP', 'pg/ml', 1.0, 'pg/mL'), ('NTPROBNP', 'ng/l', 1.0, 'pg/mL'), ('NTPROBNP', 'pmol/l', 8.457, 'pg/mL'),
        ('NTPROBNP', 'ng/ml', 1000.0, 'pg/mL'), ('NTPROBNP', 'ug/l', 1000.0, 'pg/mL')
),
parameter (PARAMCD, PARAM, PARAMN) as (
    values
        ('LVEF', 'Left ventricular ejection fraction', 1), ('SF', 'Shortening fraction', 2),
        ('GLS', 'Global longitudinal strain', 3), ('TROPONIN', 'Troponin', 4), ('NTPROBNP', 'NT-proBNP', 5)
),
-- adult limits of the ESC 2022 definition of CTRCD; the window pairs a marker with an echocardiogram
limits as (select 125.0 as NTPROBNP_PG_PER_ML, 7 as MARKER_DAYS),
delivered as (
    select
        cv.USUBJID, t.ROLE as PARAMCD, cv.CVSEQ as SRCSEQ, 'CV' as SRCDOM, cv.CVMETHOD,
        case when upper(cv.CVMETHOD) like '%MUGA%' or upper(cv.CVMETHOD) like '%RADIONUCLIDE%' then 'MUGA'
             when upper(cv.CVMETHOD) like '%MAGNETIC%' or upper(cv.CVMETHOD) like '%MRI%' then 'MRI'
             else 'Echocardiography' end as SERIES,
        cv.CVDT as ADT, cv.CVDTL as LATEST, cv.CVDTF as ADTF, cv.CVDTM as ADTM, cv.VISIT as AVISIT, cv.VISITNUM,
        cast(null as varchar) as TIMEPOINT,
        coalesce(cv.CVSTRESC, cast(cv.CVSTRESN as varchar), cv.CVORRES) as AVALC, cv.CVSTRESN as STRESN,
        coalesce(case when cv.CVSTRESC is null and cv.CVSTRESN is null then cv.CVORRESU else cv.CVSTRESU end, '%')
            as UNIT,
        cast(null as double) as HIGH, cv.CVBLFL as BLFL, cv.CVEVAL as EVAL
    from source.cv as cv
    join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
    union all
    select
        lb.USUBJID, t.ROLE, lb.LBSEQ, 'LB', lb.LBMETHOD, upper(lb.LBTESTCD),
        lb.LBDT, lb.LBDTL, lb.LBDTF, lb.LBDTM, lb.VISIT, lb.VISITNUM, lb.LBTPT,
        coalesce(lb.LBSTRESC, cast(lb.LBSTRESN as varchar), lb.LBORRES), lb.LBSTRESN,
        case when lb.LBSTRESC is null and lb.LBSTRESN is null then lb.LBORRESU else lb.LBSTRESU end,
        case when lb.LBSTRESC is null and lb.LBSTRESN is null then try_cast(lb.LBORNRHI as double) else lb.LBSTNRHI end,
        lb.LBBLFL, cast(null as varchar)
    from source.lb as lb
    join trial.test_code as t on upper(lb.LBTESTCD) = t.TESTCD and t.ROLE in ('TROPONIN', 'NTPROBNP')
),
first_infusion as (
    select x.USUBJID, s.TRTSDT, min(x.ASTDTM) as TRTSDTM
    from adex as x
    join adsl as s on s.USUBJID = x.USUBJID and s.TRTSDT = x.ASTDT
    group by x.USUBJID, s.TRTSDT
),
-- a value below or above the limit of the assay is kept as that limit with its sign
parsed as (
    select
        d.*, u.STANDARD, u.FACTOR, f.TRTSDT, f.TRTSDTM,
        case when regexp_matches(d.AVALC, '^[<≤]') then '<' when regexp_matches(d.AVALC, '^[>≥]') then '>' end as AVALQ,
        coalesce(
            case when regexp_matches(d.AVALC, '^[<≤>≥]')
                then try_cast(regexp_extract(d.AVALC, '[0-9]+[.]?[0-9]*') as double) end,
            d.STRESN, try_cast(d.AVALC as double)
        ) * coalesce(u.FACTOR, 1) as AVAL,
        d.HIGH * u.FACTOR as ANRHI
    from delivered as d
    left join unit as u on u.ROLE = d.PARAMCD and u.UNIT = replace(replace(lower(trim(d.UNIT)), 'µ', 'u'), 'μ', 'u')
    left join first_infusion as f on f.USUBJID = d.USUBJID
),
placed as (
    select
        *,
        -- an impossible percentage or an unknown unit is kept, and judged by nobody
        case when FACTOR is not null and (PARAMCD in ('TROPONIN', 'NTPROBNP') or abs(AVAL) between 1 and 100) then 'Y'
            else 'N' end as JUDGEFL,
        case when LATEST < TRTSDT then 'Y'
             when ADT > TRTSDT then 'N'
             when ADTF is null and ADT = TRTSDT then
                case when ADTM is not null and TRTSDTM is not null then case when ADTM <= TRTSDTM then 'Y' else 'N' end
                     when upper(coalesce(TIMEPOINT, '')) like '%POST%'
                         or upper(coalesce(TIMEPOINT, '')) like '%END%' then 'N'
                     else 'Y' end
        end as BEFOREFL
    from parsed
    where AVAL is not null
),
ranked as (
    select
        *,
        count(*) over (partition by USUBJID, PARAMCD, SERIES, ADT, ADTF, BEFOREFL) as NRES,
        row_number() over (
            partition by USUBJID, PARAMCD, SERIES, ADT, ADTF, BEFOREFL
            order by
                case when BLFL = 'Y' then 0 else 1 end,
                case when JUDGEFL = 'Y' then 0 else 1 end,
                case when upper(coalesce(EVAL, 'INVESTIGATOR')) = 'INVESTIGATOR' then 0 else 1 end,
                case when BEFOREFL = 'Y' then 0 when PARAMCD in ('TROPONIN', 'NTPROBNP') then -AVAL else abs(AVAL) end,
                ADTM desc nulls last,
                SRCSEQ desc
        ) as CHOICE
    from placed
),
daily as (
    select
        *,
        case when PARAMCD = 'NTPROBNP' then limits.NTPROBNP_PG_PER_ML when PARAMCD = 'TROPONIN' then ANRHI end as UPLIM
    from ranked
    cross join limits
    where CHOICE = 1
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
        case when JUDGEFL = 'Y' and (BLFL = 'Y' or BEFOREFL = 'Y') then
            row_number() over (
                partition by USUBJID, PARAMCD, SERIES
                order by
                    case when JUDGEFL = 'Y' and (BLFL = 'Y' or BEFOREFL = 'Y') then 0 else 1 end,
                    case when BLFL = 'Y' then 0 else 1 end,
                    ADT desc, ADTM desc nulls last, SRCSEQ desc
            )
        end as BASECHOICE
    from daily
),
baseline as (
    select USUBJID, PARAMCD, SERIES, AVAL as BASE, AVALQ as BASEQ, ABOVEFL as BASEABOVEFL
    from judged
    where BASECHOICE = 1
),
changed as (
    select
        j.*, b.BASE, b.BASEQ, b.BASEABOVEFL,
        case when j.BASECHOICE = 1 then 'Y' end as ABLFL,
        case when j.BEFOREFL = 'N' and coalesce(j.BASECHOICE, 0) <> 1 then 'Y' end as POSTFL,
        case when j.JUDGEFL = 'Y' and j.AVALQ is null and b.BASEQ is null then
            round(case when j.PARAMCD = 'GLS' then abs(j.AVAL) - abs(b.BASE) else j.AVAL - b.BASE end, 6) end as CHG
    from judged as j
    left join baseline as b on b.USUBJID = j.USUBJID and b.PARAMCD = j.PARAMCD and b.SERIES = j.SERIES
),
related as (
    select
        *,
        round(100 * CHG / nullif(abs(BASE), 0), 6) as PCHG,
        -- a new rise: above the limit now, known not to be above it at baseline
        case when POSTFL = 'Y' and PARAMCD in ('TROPONIN', 'NTPROBNP') then
            case BASEABOVEFL when 'Y' then 'N' when 'N' then ABOVEFL end end as RISEFL
    from changed
),
strain as (
    select USUBJID, ADT, SERIES, 0 - PCHG as GLSDECL
    from related
    where PARAMCD = 'GLS' and POSTFL = 'Y' and ADTF is null
),
marker as (
    select echo.USUBJID, echo.ADT, max(m.RISEFL) as MRKRISE
    from (select distinct USUBJID, ADT from related where PARAMCD = 'LVEF' and ADTF is null) as echo
    cross join limits
    join related as m
        on m.USUBJID = echo.USUBJID and m.RISEFL is not null and m.ADTF is null
        and m.ADT between echo.ADT - limits.MARKER_DAYS and echo.ADT + limits.MARKER_DAYS
    group by echo.USUBJID, echo.ADT
),
dosed as (
    -- unknown where it was not given in the trial's unit, or one amount is not known
    select r.USUBJID, r.ADT, r.ADTM, r.BEFOREFL,
        case when bool_and(lower(replace(coalesce(x.DOSEU, u.DOSEU), '²', '2')) = u.DOSEU and x.CUMDOSE is not null)
            then max(x.CUMDOSE) end as CUMDOSE
    from (select distinct USUBJID, ADT, ADTM, BEFOREFL from related) as r
    join adex as x
        on x.USUBJID = r.USUBJID and x.ASTDT <= r.ADT
        and coalesce(r.BEFOREFL, 'N') = 'N'
        and not (x.ASTDT = r.ADT and x.ASTDTM is not null and r.ADTM is not null and x.ASTDTM > r.ADTM)
    cross join trial.settings as u
    group by r.USUBJID, r.ADT, r.ADTM, r.BEFOREFL
),
assembled as (
    select
        r.*,
        case when r.PARAMCD = 'LVEF' and r.POSTFL = 'Y' then s.GLSDECL end as GLSDECL,
        case when r.PARAMCD = 'LVEF' and r.POSTFL = 'Y' then m.MRKRISE end as MRKRISE,
        case when r.TRTSDT is not null and r.ADT is not null
            then case when d.USUBJID is null then 0 else d.CUMDOSE end end as CUMDOSE
    from related as r
    left join strain as s on s.USUBJID = r.USUBJID and s.ADT = r.ADT and s.SERIES = r.SERIES
    left join marker as m on m.USUBJID = r.USUBJID and m.ADT = r.ADT
    left join dosed as d
        on d.USUBJID = r.USUBJID and d.ADT = r.ADT and d.ADTM is not distinct from r.ADTM
            and d.BEFOREFL is not distinct from r.BEFOREFL
),
-- LVEF after the first infusion against its baseline. SIGN: strain declined by more than 15 % or a new marker rise;
-- NEWLOW: below 40 % and not so before, or further down; UNSURE: a missing strain or marker could change the answer.
compared as (
    select
        *,
        PARAMCD = 'LVEF' and JUDGEFL = 'Y' as ISLVEF,
        PARAMCD = 'LVEF' and JUDGEFL = 'Y' and coalesce(POSTFL = 'Y' and BASE is not null, false) as ISLATER,
        coalesce(GLSDECL > 15, false) or coalesce(MRKRISE = 'Y', false) as SIGN,
        coalesce(BASE >= 40 or CHG <= -10, false) as NEWLOW,
        coalesce(case when AVAL >= 50 then true when AVAL >= 40 then CHG < 0 and CHG > -10 else BASE < 40 and CHG < 0
            and CHG > -10 end, false) as UNSURE
    from assembled
),
-- equal to stats.cardiac.ef_grade (v5.0), left_ventricular_dysfunction_grade (v6.0), ctrcd and ctrcd_undecided
graded as (
    select
        c.*,
        cast(case
            when not c.ISLVEF then null
            when t.CTCAE like '6%' then
                case when c.POSTFL is null then null
                     when c.AVAL >= 50 then case when c.SIGN then 1 else 0 end
                     when c.AVAL >= 40 then case when c.SIGN or c.BASE is null or c.CHG <= -10 then 2 else 0 end
                     else case when c.BASE is null or c.NEWLOW or (c.SIGN and c.CHG < 0) then 3 else 0 end end
            when c.AVAL < 20 then 4
            when c.AVAL < 40 or (c.POSTFL = 'Y' and c.CHG <= -20) then 3
            when c.AVAL <= 50 or (c.POSTFL = 'Y' and c.CHG <= -10) then 2
            else 0 end as integer) as ATOXGR,
        case when not c.ISLATER then null
             when c.AVAL >= 50 then case when c.SIGN then 'mild' else 'none' end
             when c.AVAL >= 40 then case when c.CHG <= -10 or (c.SIGN and c.CHG < 0) then 'moderate' else 'none' end
             else case when c.NEWLOW or (c.SIGN and c.CHG < 0) then 'severe' else 'none' end end as CTRCD,
        case when not c.ISLATER or c.SIGN or not c.UNSURE then null
             when c.GLSDECL is null and c.MRKRISE is null then 'strain and markers'
             when c.GLSDECL is null then 'strain'
             when c.MRKRISE is null then 'markers' end as CTRCDMIS
    from compared as c
    cross join trial.settings as t
)
select
    a.USUBJID, a.PARAMCD, p.PARAM, cast(p.PARAMN as integer) as PARAMN,
    a.ADT, a.ADTF, a.ADTM,
    cast(case when a.ADTF is null then a.ADT - a.TRTSDT + case when a.ADT >= a.TRTSDT then 1 else 0 end end as integer)
        as ADY,
    a.AVISIT, a.VISITNUM, a.CVMETHOD, a.SERIES, a.EVAL as CVEVAL,
    a.AVAL, a.AVALC, a.AVALQ, coalesce(a.STANDARD, a.UNIT) as AVALU, a.ANRHI, a.UPLIM, a.ABOVEFL,
    a.ABLFL, a.POSTFL, a.BASE, a.BASEQ, a.CHG, a.PCHG,
    a.ATOXGR, a.CTRCD, a.CTRCDMIS,
    a.GLSDECL, a.MRKRISE, a.RISEFL, a.CUMDOSE, cast(a.NRES as integer) as NRES, a.JUDGEFL, a.SRCDOM,
    cast(a.SRCSEQ as integer) as SRCSEQ,
    case when a.ADTF is null and a.ADT is not null and row_number() over (
        partition by a.USUBJID, a.PARAMCD, a.ADT, a.BEFOREFL
        order by case when a.ADTF is null then 0 else 1 end, case when a.JUDGEFL = 'Y' then 0 else 1 end,
                 case when a.BASE is not null then 0 else 1 end,
                 case when a.SERIES = 'Echocardiography' then 0 else 1 end, a.SERIES
    ) = 1 then 'Y' end as ANL01FL
from graded as a
join parameter as p on p.PARAMCD = a.PARAMCD
order by a.USUBJID, p.PARAMN, a.ADT, a.BEFOREFL desc, a.SERIES

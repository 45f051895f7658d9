-- Question: what did each subject's heart do: ejection fraction, shortening fraction, strain, troponin, NT-proBNP?
-- Grain: subject, parameter, series (imaging method, or test of a marker) and day; the day of the first infusion
-- may have several rows, before it, after it and not known which. ANL01FL = 'Y' marks the one row of a subject,
-- parameter and day to show. What was set aside on its day is in adcvout.
-- Reads: adex, cvchange, cvgrade, trial.settings
-- Values, days and choice of the day: cvvalue. Baseline and change: cvchange. Grades and CTRCD: cvgrade.
with parameter (PARAMCD, PARAM, PARAMN) as (
    values
        ('LVEF', 'Left ventricular ejection fraction', 1), ('SF', 'Shortening fraction', 2),
        ('GLS', 'Global longitudinal strain', 3), ('TROPONIN', 'Troponin', 4), ('NTPROBNP', 'NT-proBNP', 5)
),
used as (
    select * from cvchange where CHOICE = 1
),
dosed as (
    -- unknown where it was not given in the trial's unit, or one amount is not known
    select r.USUBJID, r.ADT, r.ADTM, r.BEFOREFL,
        case when bool_and(lower(replace(coalesce(x.DOSEU, u.DOSEU), '²', '2')) = u.DOSEU and x.CUMDOSE is not null)
            then max(x.CUMDOSE) end as CUMDOSE
    from (select distinct USUBJID, ADT, ADTM, BEFOREFL from used) as r
    join adex as x
        on x.USUBJID = r.USUBJID and x.ASTDT <= r.ADT
        and coalesce(r.BEFOREFL, 'N') = 'N'
        and not (x.ASTDT = r.ADT and x.ASTDTM is not null and r.ADTM is not null and x.ASTDTM > r.ADTM)
    cross join trial.settings as u
    group by r.USUBJID, r.ADT, r.ADTM, r.BEFOREFL
),
assembled as (
    select
        r.*, g.ATOXGR, g.ATOXGRQ, g.CTRCD, g.CTRCDQ, g.CTRCDPOS, g.CTRCDMIS, g.CTRCDMAY,
        -- of the day of the first infusion, before or after it not known, the dose so far is not known either
        case when r.TRTSDT is not null and r.ADT is not null and not (r.ADT = r.TRTSDT and r.BEFOREFL is null)
            then case when d.USUBJID is null then 0 else d.CUMDOSE end end as CUMDOSE
    from used as r
    left join cvgrade as g on g.RESNUM = r.RESNUM and g.KIND = 'USED'
    left join dosed as d
        on d.USUBJID = r.USUBJID and d.ADT = r.ADT and d.ADTM is not distinct from r.ADTM
            and d.BEFOREFL is not distinct from r.BEFOREFL
)
select
    a.USUBJID, a.PARAMCD, p.PARAM, cast(p.PARAMN as integer) as PARAMN,
    a.ADT, a.ADTF, a.ADTM,
    cast(case when a.ADTF is null then a.ADT - a.TRTSDT + case when a.ADT >= a.TRTSDT then 1 else 0 end end as integer)
        as ADY,
    a.AVISIT, a.VISITNUM, a.CVMETHOD, a.SERIES, a.EVAL as CVEVAL,
    a.AVAL, a.AVALC, a.AVALQ, coalesce(a.STANDARD, a.UNIT) as AVALU, a.ANRHI, a.UPLIM, a.ABOVEFL,
    a.ABLFL, a.POSTFL, a.BEFOREFL, a.FLAGFL, a.BASE, a.BASEQ, a.CHG, a.PCHG,
    a.ATOXGR, a.ATOXGRQ, a.CTRCD, a.CTRCDQ, a.CTRCDPOS, a.CTRCDMIS, a.CTRCDMAY,
    a.GLSDECL, a.MRKRISE, a.RISEFL, a.ECHODAYS, a.CUMDOSE, cast(a.NRES as integer) as NRES, a.JUDGEFL, a.COMPFL,
    a.SRCDOM, cast(a.SRCSEQ as integer) as SRCSEQ,
    case when a.ADTF is null and a.ADT is not null and row_number() over (
        partition by a.USUBJID, a.PARAMCD, a.ADT, a.POSTFL
        order by case when a.ADTF is null then 0 else 1 end, case when a.BEFOREFL is null then 1 else 0 end,
                 case when a.JUDGEFL = 'Y' then 0 else 1 end, case when a.BASE is not null then 0 else 1 end,
                 case when a.SERIES = 'Echocardiography' then 0 else 1 end, a.SERIES
    ) = 1 then 'Y' end as ANL01FL
from assembled as a
join parameter as p on p.PARAMCD = a.PARAMCD
order by a.USUBJID, p.PARAMN, a.ADT, a.BEFOREFL desc, a.SERIES

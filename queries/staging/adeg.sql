-- Question: how long was QT, corrected for heart rate, at each time point of each subject?
-- Grain: subject, parameter (QT, RR, HR, QTCF, QTCB) and time point after averaging replicates. A time point is a day,
-- visit and planned time; where no time was planned, tracings more than 30 minutes apart are different time points.
-- Reads: adex, adsl, baselineflag, egvalue, trial.settings
-- What was delivered, and what has no number: egvalue.
-- QTcF and QTcB are derived from the averaged QT and RR wherever both exist (RR from the heart rate where it alone was
-- delivered: 60,000 / HR); a delivered QTc stands only where they do not. DERFL = 'Y' marks what was derived.
-- Of several positions or readers at one time point one is taken: supine or unnamed before others, the investigator's
-- or unnamed reader before others; the rest is left out (NOTUSED counts the results of the time point).
-- Baseline: of the last day before the first infusion with a time point flagged as baseline, else with any, the mean of
-- its time points, or the last of them (the trial's ECGBASE); ABLFL marks what it is made of.
-- Day 1 counts by the clock, else by a planned time that says pre-dose or post-dose; a day 1 that says neither is
-- neither baseline nor after treatment, unless flagged. A flag after the first infusion makes no baseline, and what is
-- flagged before it is never a result after treatment.
with parameter (PARAMCD, PARAM, PARAMN, AVALU) as (
    values
        ('QTCF', 'QTc, Fridericia', 1, 'ms'), ('QTCB', 'QTc, Bazett', 2, 'ms'), ('QT', 'QT interval', 3, 'ms'),
        ('RR', 'RR interval', 4, 'ms'), ('HR', 'Heart rate', 5, 'beats/min')
),
first_infusion as (
    select x.USUBJID, s.TRTSDT, min(x.ASTDTM) as TRTSDTM
    from adex as x
    join adsl as s on s.USUBJID = x.USUBJID and s.TRTSDT = x.ASTDT
    group by x.USUBJID, s.TRTSDT
),
delivered as (
    select
        eg.USUBJID, eg.PARAMCD, eg.EGDT as ADT, eg.EGDTL as LATEST, eg.EGDTF as ADTF, eg.EGDTM as ADTM,
        eg.VISIT as AVISIT, eg.VISITNUM,
        eg.EGTPT as ATPT, eg.EGTPTNUM as ATPTN,
        coalesce('Y' in (upper(left(eg.EGBLFL, 1)), upper(left(eg.EGLOBXFL, 1))), false)
            or ('EG', eg.USUBJID, cast(eg.EGSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            as FLAGGED,
        case when upper(coalesce(eg.EGPOS, 'SUPINE')) = 'SUPINE' then '1' else '2' || upper(eg.EGPOS) end as POSITION,
        case when upper(coalesce(eg.EGEVAL, 'INVESTIGATOR')) = 'INVESTIGATOR' then '1' else '2' || upper(eg.EGEVAL) end
            as READER,
        eg.RESULT, eg.UNIT
    from egvalue as eg
),
measured as (
    select
        *,
        case when PARAMCD = 'HR' then case when UNIT in ('beats/min', 'bpm', '/min', 'beats per minute') then RESULT end
             when UNIT in ('ms', 'msec', 'millisecond', 'milliseconds') then RESULT
             when UNIT in ('s', 'sec', 'seconds') then RESULT * 1000 end as AVAL
    from delivered
),
spaced as (
    select
        *,
        case when ATPT is null and ATPTN is null
              and ADTM - lag(ADTM) over (partition by USUBJID, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN
                  order by ADTM nulls first) > interval 30 minutes
             then 1 else 0 end as LATER
    from measured
    where AVAL > 0
),
timed as (
    select
        *,
        sum(LATER) over (partition by USUBJID, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN order by ADTM nulls first)
            as TIMEN
    from spaced
),
ranked as (
    select
        *,
        dense_rank() over (
            partition by USUBJID, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN, TIMEN
            order by POSITION, READER
        ) as READING
    from timed
),
averaged as (
    select
        USUBJID, PARAMCD, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN, TIMEN,
        avg(AVAL) filter (where READING = 1) as AVAL,
        count(*) filter (where READING = 1) as NREP,
        count(*) filter (where READING > 1) as NOTUSED,
        min(ADTM) filter (where READING = 1) as ADTM, any_value(LATEST) as LATEST,
        max(case when FLAGGED then 1 else 0 end) as FLAGGED
    from ranked
    group by USUBJID, PARAMCD, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN, TIMEN
),
wide as (
    select
        USUBJID, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN,
        min(ADTM) as ADTM, any_value(LATEST) as LATEST, max(FLAGGED) as FLAGGED, sum(NOTUSED) as NOTUSED,
        max(AVAL) filter (where PARAMCD = 'QT') as QT, max(NREP) filter (where PARAMCD = 'QT') as NQT,
        max(AVAL) filter (where PARAMCD = 'RR') as RR, max(NREP) filter (where PARAMCD = 'RR') as NRR,
        max(AVAL) filter (where PARAMCD = 'HR') as HR, max(NREP) filter (where PARAMCD = 'HR') as NHR,
        max(AVAL) filter (where PARAMCD = 'QTCF') as QTCF, max(NREP) filter (where PARAMCD = 'QTCF') as NQTCF,
        max(AVAL) filter (where PARAMCD = 'QTCB') as QTCB, max(NREP) filter (where PARAMCD = 'QTCB') as NQTCB
    from averaged
    group by USUBJID, ADT, ADTF, AVISIT, VISITNUM, ATPT, ATPTN, TIMEN
),
with_rr as (
    select *, coalesce(RR, 60000 / HR) as RRMS, coalesce(NRR, NHR) as NRRMS from wide
),
long as (
    select *, 'QT' as PARAMCD, QT as AVAL, NQT as NREP, null as DERFL from with_rr
    union all
    select *, 'RR', RRMS, NRRMS, case when RR is null then 'Y' end from with_rr
    union all
    select *, 'HR', HR, NHR, null from with_rr
    union all
    select
        *, 'QTCF', coalesce(QT / pow(RRMS / 1000, 1.0 / 3), QTCF),
        case when QT / RRMS is not null then least(NQT, NRRMS) else NQTCF end,
        case when QT / RRMS is not null then 'Y' end
    from with_rr
    union all
    select
        *, 'QTCB', coalesce(QT / sqrt(RRMS / 1000), QTCB),
        case when QT / RRMS is not null then least(NQT, NRRMS) else NQTCB end,
        case when QT / RRMS is not null then 'Y' end
    from with_rr
),
placed as (
    select
        l.*, f.TRTSDT,
        case when l.LATEST < f.TRTSDT then 'Y'
             when l.ADT > f.TRTSDT then 'N'
             when l.ADTF is null and l.ADT = f.TRTSDT then
                case when l.ADTM is not null and f.TRTSDTM is not null
                    then case when l.ADTM <= f.TRTSDTM then 'Y' else 'N' end
                     when regexp_matches(upper(l.ATPT), '(^|[^A-Z])(PRE|BEFORE|PRIOR|BASELINE|SCREEN)')
                        or (l.ATPT is null and l.ATPTN <= 0) then 'Y'
                     when regexp_matches(upper(l.ATPT), '(^|[^A-Z])(POST|END OF|EOI|DURING)')
                        or regexp_matches(upper(l.ATPT), 'AFTER.*[^A-Z](DOS|INFUS|ADMIN|START|END)')
                        or regexp_matches(upper(l.ATPT), '^[+]?[0-9.]*[1-9][0-9.]* *(H|HR|HOUR|M|MIN)') then 'N' end
        end as BEFOREFL
    from long as l
    left join first_infusion as f on f.USUBJID = l.USUBJID
    where l.AVAL is not null
),
able as (
    select *, coalesce(BEFOREFL, 'Y') <> 'N' and (FLAGGED = 1 or BEFOREFL = 'Y') as ISABLE from placed
),
of_last_day as (
    -- the time points of the last day that can be baseline; of a day, flagged ones alone where there are any
    select
        *,
        ISABLE and dense_rank() over (
            partition by USUBJID, PARAMCD
            order by ISABLE desc, FLAGGED desc, case when ADTF is null then 0 else 1 end, ADT desc
        ) = 1 as ISLASTDAY
    from able
),
chosen as (
    select
        o.*,
        o.ISLASTDAY and (
            s.ECGBASE = 'MEAN'
            or row_number() over (
                partition by o.USUBJID, o.PARAMCD
                order by o.ISLASTDAY desc, o.ADTM desc nulls last, o.ATPTN desc nulls last, o.VISITNUM desc nulls last
            ) = 1
        ) as ISBASE
    from of_last_day as o
    cross join trial.settings as s
),
baseline as (
    select USUBJID, PARAMCD, avg(AVAL) as BASE
    from chosen
    where ISBASE
    group by USUBJID, PARAMCD
),
compared as (
    select
        c.*, b.BASE,
        case when c.ISBASE then 'Y' end as ABLFL,
        case when c.BEFOREFL = 'N' then 'Y' end as POSTFL,
        -- floating point must not carry a value over a limit
        round(c.AVAL, 6) as EXACT, round(c.AVAL - b.BASE, 6) as CHG
    from chosen as c
    left join baseline as b on b.USUBJID = c.USUBJID and b.PARAMCD = c.PARAMCD
)
select
    c.USUBJID, c.PARAMCD, p.PARAM, cast(p.PARAMN as integer) as PARAMN,
    c.ADT, c.ADTF, c.ADTM,
    cast(case when c.ADTF is null then c.ADT - c.TRTSDT + case when c.ADT >= c.TRTSDT then 1 else 0 end end as integer)
        as ADY,
    c.AVISIT, c.VISITNUM, c.ATPT, c.ATPTN,
    c.AVAL, p.AVALU, cast(c.NREP as integer) as NREP, cast(c.NOTUSED as integer) as NOTUSED,
    c.BEFOREFL, c.ABLFL, c.POSTFL, c.BASE, c.CHG, c.DERFL,
    case c.PARAMCD when 'QTCF' then c.QTCF when 'QTCB' then c.QTCB end as DELIVERED,
    -- ICH E14: equal to stats.cardiac.qtc_category and qtc_change_category
    case when c.PARAMCD in ('QTCF', 'QTCB') then
        case when c.EXACT > 500 then '>500' when c.EXACT > 480 then '>480 to 500' when c.EXACT > 450 then '>450 to 480'
            else '<=450' end
    end as AVALCA1,
    case when c.PARAMCD in ('QTCF', 'QTCB') and c.POSTFL = 'Y' and c.CHG is not null then
        case when c.CHG > 60 then '>60' when c.CHG > 30 then '>30 to 60' else '<=30' end
    end as CHGCAT1
from compared as c
join parameter as p on p.PARAMCD = c.PARAMCD
order by c.USUBJID, p.PARAMN, c.ADT, c.ADTM, c.ATPTN, c.VISITNUM

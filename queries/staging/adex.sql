-- Question: what was given, when, and how much had each subject received by then?
-- Grain: one administration (an EX row that was given, see exdrug); a row of constant daily dosing
-- over more than a week stays one row.
-- Reads: deathtold, disposition, exdose, trial.cut
-- A row of daily dosing over up to 7 days (a course written as one row) is one administration a day, every other day
-- one on each second day.
-- A course is a run of infusions: a gap of more than 7 days starts the next one.
-- DOSE: in the trial's unit where the protocol has dose levels (see exdose.sql), else as delivered. AMOUNT: what the
-- row gave in all, NDAYS: on how many days; both unknown for a row over several days (or to a partial end) whose
-- frequency is missing or not recognised: it can be one infusion or several. "Once" holds for up to two days (over
-- midnight). A daily row without an end, alone in its course and not taken at home, gives no number either.
-- CUMDOSE is unknown from the first amount on that is not known, or from an infusion without any date; CUMMISS counts
-- these.
-- An infusion dated surely after the subject's death counts for nothing, unless the death is dated before the first
-- one.
-- Daily dosing at home whose end was not written lasts until the subject left the study, else until the cut.
with leaving as (
    select USUBJID, max(DSSTDT) as LEFTDT
    from disposition
    where not SCREENED
    group by USUBJID
),
dead as (
    -- the last day that the best source's date of death allows
    select
        USUBJID,
        min_by(case DTF when 'D' then last_day(DT) when 'M' then make_date(year(DT), 12, 31) else DT end,
            RANK + case when DTF is null then 0 else 10 end) as DTHDTL
    from deathtold
    where DT is not null and AFTERFL = 'N'
    group by USUBJID
),
dosed as (
    select ex.*
    from exdose as ex
    left join dead as d on d.USUBJID = ex.USUBJID
    where ex.USUBJID is not null and ex.EXSTDT is not null and ex.GIVENFL = 'Y'
    qualify not coalesce(
        ex.EXSTDT > d.DTHDTL and min(ex.EXSTDT) over (partition by ex.USUBJID) <= d.DTHDTL, false)
),
timed as (
    select
        ex.*,
        case
            when upper(trim(coalesce(EXDOSFRQ, ''))) in
                ('QD', 'Q24H', 'DAILY', 'EVERY DAY', 'ONCE DAILY', 'ONCE A DAY', 'PER DAY', 'EVERY 24 HOURS',
                'QOD') then 1
            when upper(coalesce(EXDOSFRQ, '')) in ('BID', 'Q12H') then 2
            when upper(coalesce(EXDOSFRQ, '')) in ('TID', 'Q8H') then 3
            when upper(coalesce(EXDOSFRQ, '')) in ('QID', 'Q6H') then 4
        end as TIMESADAY,
        case when upper(trim(EXDOSFRQ)) = 'QOD' then 2 else 1 end as EACH,
        upper(trim(coalesce(EXDOSFRQ, ''))) in ('ONCE', '1 TIME', 'ONE TIME', 'SINGLE', 'X1') as ISONCE,
        lead(EXSTDT) over near is null as ISLAST,
        coalesce(lead(EXSTDT) over near > EXSTDT + 1, true) and coalesce(lag(EXSTDT) over near < EXSTDT - 1, true)
            as ISALONE
    from dosed as ex
    window near as (partition by USUBJID order by EXSTDT, EXSEQ)
),
undated as (
    select USUBJID, count(*) as NUNDATED
    from exdose
    where EXSTDT is null and GIVENFL = 'Y'
    group by USUBJID
),
ended as (
    select
        timed.* exclude (EXENDT),
        case
            when EXENDT is null and ISLAST and TIMESADAY is not null and upper(coalesce(EXROUTE, '')) not like 'INTRAV%'
                then greatest(EXSTDT, least(coalesce(LEFTDT, cut.CUTDT), cut.CUTDT))
            else EXENDT
        end as EXENDT
    from timed
    cross join trial.cut as cut
    left join leaving on leaving.USUBJID = timed.USUBJID
),
given as (
    select
        *,
        -- by the clock where it is known: an infusion over midnight lasts one day, not two
        case
            when EXSTDTM is not null and EXENDTM is not null
                then cast(floor(date_diff('minute', EXSTDTM, EXENDTM) / 1440) as integer) + 1
            when EXSTDTF is null and EXENDTF is null then cast(EXENDT - EXSTDT as integer) + 1
        end as DAYS
    from ended
),
told as (
    select
        *,
        case
            when EXPERIOD = 'Y' then coalesce(EXENDT <= EXSTDT, false)
            when TIMESADAY is not null and DAYS is null and EXENDT is null and ISALONE then false
            when EACH > 1 then coalesce(DAYS <= 7, false)
            when TIMESADAY is not null then DAYS is not null or EXENDT is null
            when DAYS is not null then DAYS <= case when ISONCE then 2 else 1 end
            else EXENDT is null or ISONCE or coalesce(EXENDTL, EXENDT) <= EXSTDT
        end as ISTOLD
    from given
),
spread as (
    select *, unnest(range(0, case when TIMESADAY = 1 and DAYS between 2 and 7 then DAYS else 1 end, EACH)) as LATER
    from told
),
infusion as (
    select
        USUBJID, EXSEQ, EXTRT, EXROUTE, DOSE, DOSEU, DOSEMG, BSA, WEIGHT, EXADJ, VISIT,
        cast(EXSTDT + cast(LATER as integer) as date) as ASTDT, EXSTDTF as ASTDTF,
        case when LATER = 0 then EXSTDTM end as ASTDTM,
        case when TIMESADAY = 1 and DAYS between 2 and 7 then cast(EXSTDT + cast(LATER as integer) as date)
            else EXENDT end as AENDT,
        case when TIMESADAY = 1 and DAYS between 2 and 7 and LATER + EACH < DAYS then null else EXENDTM end as AENDTM,
        case when ISTOLD then
            coalesce(DOSE, case when EXDOSE is null and upper(coalesce(EXTRT, '')) like '%PLACEBO%' then 0 end)
            * case when TIMESADAY = 1 and DAYS between 2 and 7 then 1
                else coalesce(greatest(DAYS, 1) * TIMESADAY, 1) end
        end as AMOUNT,
        case when ISTOLD then
            case when TIMESADAY is null or (TIMESADAY = 1 and DAYS between 2 and 7) then 1
                else coalesce(greatest(DAYS, 1), 1) end
        end as NDAYS
    from spread
),
ordered as (
    select *, lag(coalesce(AENDT, ASTDT)) over (partition by USUBJID order by ASTDT, EXSEQ) as PREVDT
    from infusion
),
numbered as (
    select
        *,
        sum(case when PREVDT is null or ASTDT - PREVDT > 7 then 1 else 0 end)
            over (partition by USUBJID order by ASTDT, EXSEQ rows unbounded preceding) as COURSE
    from ordered
),
started as (
    select
        *,
        min(ASTDT) over (partition by USUBJID) as TRTSDT,
        min(ASTDT) over (partition by USUBJID, COURSE) as COURSEDT
    from numbered
)
select
    USUBJID, EXSEQ, EXTRT,
    cast(COURSE as integer) as COURSE,
    cast(ASTDT - COURSEDT + 1 as integer) as COURSEDY,
    ASTDT, ASTDTF, ASTDTM, AENDT, AENDTM,
    cast(ASTDT - TRTSDT + 1 as integer) as ADY,
    DOSE, DOSEU, DOSEMG, BSA, WEIGHT, EXROUTE, EXADJ, AMOUNT, cast(NDAYS as integer) as NDAYS,
    cast(count(*) filter (where AMOUNT is null) over sofar + coalesce(u.NUNDATED, 0) as integer) as CUMMISS,
    case when CUMMISS = 0 then sum(AMOUNT) over sofar end as CUMDOSE
from started
left join undated as u using (USUBJID)
window sofar as (partition by USUBJID order by ASTDT, EXSEQ rows unbounded preceding)
order by USUBJID, ASTDT, EXSEQ

-- Question: which scheduled assessment of which treated subject is done, overdue, missed, or not to be expected?
-- Grain: one scheduled assessment of one treated subject (ASSESS ECHO, ECG, MARROW; PK: one planned sample).
-- Reads: adex, adpc, adsl, source.cv, source.eg, source.ex, source.lb, trial.cut, trial.pk_sample, trial.schedule
-- Reads: trial.test_code
-- Day 1 is the day of the first infusion. Done: at least one result inside the window, at a partial date's own
-- precision. Not expected: died on or before the due day, left the study before it, or infusion not given (PK).
-- Overdue: the window ended before the cut and nothing has been done since. Missed: nothing inside the window but
-- something after it (PK: recorded as NOT DONE, since a sample cannot be made up for). Unknown when due: the day of the
-- first infusion is not known; of a PK sample, that of an infusion without a date, which may be the one it belongs to.
with heart as (
    select distinct cv.USUBJID, 'ECHO' as ASSESS, cv.CVDT as ADT, cv.CVDTL as ADTHI
    from source.cv as cv
    join trial.test_code as t on t.TESTCD = upper(cv.CVTESTCD) and t.ROLE in ('LVEF', 'SF', 'GLS')
    where upper(coalesce(cv.CVSTAT, '')) <> 'NOT DONE' and coalesce(cv.CVSTRESC, cv.CVORRES) is not null
),
ecg as (
    select distinct USUBJID, 'ECG' as ASSESS, EGDT as ADT, EGDTL as ADTHI
    from source.eg
    where upper(coalesce(EGSTAT, '')) <> 'NOT DONE' and coalesce(EGSTRESC, EGORRES) is not null
),
marrow as (
    select distinct lb.USUBJID, 'MARROW' as ASSESS, lb.LBDT as ADT, lb.LBDTL as ADTHI
    from source.lb as lb
    join trial.test_code as t on t.TESTCD = upper(lb.LBTESTCD) and t.ROLE = 'BLASTS_MARROW'
    where upper(coalesce(lb.LBSPEC, '')) like '%MARROW%'
      and upper(coalesce(lb.LBSTAT, '')) <> 'NOT DONE' and coalesce(lb.LBSTRESC, lb.LBORRES) is not null
),
done as (
    select *
    from (select * from heart union all select * from ecg union all select * from marrow)
    where ADT is not null
),
subject as (
    select
        USUBJID, TRTSDT, EOSDT, DTHDT, (select CUTDT from trial.cut) as CUTDT,
        case when DTHFL = 'Y' or EOSDT is not null then 'Y' end as GONEFL
    from adsl
    where SAFFL = 'Y'
),
visit as (
    select
        s.*, v.ASSESS, v.AVISIT, v.DAY,
        s.TRTSDT + cast(v.DAY - 1 as integer) as DUEDT,
        s.TRTSDT + cast(v.DAY - 1 - v.DAYSBEF as integer) as WINLO,
        s.TRTSDT + cast(v.DAY - 1 + v.DAYSAFT as integer) as WINHI
    from subject as s
    cross join trial.schedule as v
),
visit_done as (
    select
        v.USUBJID, v.ASSESS, v.AVISIT, v.DAY,
        arg_min(d.ADT, abs(d.ADT - v.DUEDT)) filter (where d.ADT <= v.WINHI) as INSIDEDT,
        min(d.ADT) filter (where d.ADT > v.WINHI) as LATERDT
    from visit as v
    join done as d on d.USUBJID = v.USUBJID and d.ASSESS = v.ASSESS and d.ADTHI >= v.WINLO
    group by v.USUBJID, v.ASSESS, v.AVISIT, v.DAY
),
not_done as (
    select v.USUBJID, v.AVISIT, min(coalesce(cv.CVREASND, 'Recorded as not done')) as REASON
    from visit as v
    join source.cv as cv on cv.USUBJID = v.USUBJID and cv.CVDT between v.WINLO and v.WINHI
    join trial.test_code as t on t.TESTCD = upper(cv.CVTESTCD) and t.ROLE in ('LVEF', 'SF', 'GLS')
    where v.ASSESS = 'ECHO' and upper(coalesce(cv.CVSTAT, '')) = 'NOT DONE'
    group by v.USUBJID, v.AVISIT
),
visit_status as (
    select
        v.USUBJID, v.ASSESS, v.AVISIT, v.DUEDT, v.WINLO, v.WINHI,
        case
            when v.ASSESS not in ('ECHO', 'ECG', 'MARROW') then 'Not checked'
            when v.DUEDT is null then 'Unknown when due'
            when d.INSIDEDT is not null then 'Done'
            when v.DTHDT <= v.DUEDT or v.EOSDT < v.DUEDT then 'Not expected'
            when v.WINHI >= v.CUTDT then 'Not due'
            when d.LATERDT is not null then 'Missed'
            else 'Overdue'
        end as STATUS,
        coalesce(d.INSIDEDT, d.LATERDT) as ADT,
        case when d.INSIDEDT is null then n.REASON end as REASON,
        v.CUTDT, v.GONEFL, case when v.DUEDT <= v.TRTSDT then 'Y' end as BASEFL
    from visit as v
    left join visit_done as d
        on d.USUBJID = v.USUBJID and d.ASSESS = v.ASSESS and d.AVISIT = v.AVISIT and d.DAY = v.DAY
    left join not_done as n on n.USUBJID = v.USUBJID and n.AVISIT = v.AVISIT and v.ASSESS = 'ECHO'
),
infusion as (
    select USUBJID, COURSE, COURSEDY, min(ASTDT) as ASTDT, min(ASTDTM) as ASTDTM
    from adex
    group by USUBJID, COURSE, COURSEDY
),
sample as (
    select
        s.*, k.COURSE, k.COURSEDAY, k.NRRLT, i.ASTDT,
        cast(coalesce(i.ASTDTM, cast(i.ASTDT as timestamp)) + to_minutes(cast(round(60 * k.NRRLT) as bigint)) as date)
            as DUEDT
    from subject as s
    cross join trial.pk_sample as k
    left join infusion as i on i.USUBJID = s.USUBJID and i.COURSE = k.COURSE and i.COURSEDY = k.COURSEDAY
),
sample_done as (
    select
        k.USUBJID, k.COURSE, k.COURSEDAY, k.NRRLT,
        min(p.ADT) filter (where coalesce(p.PCSTAT, '') <> 'NOT DONE' and p.AVALC is not null) as ADT,
        count(*) filter (where coalesce(p.PCSTAT, '') <> 'NOT DONE' and p.AVALC is not null) as NRESULT,
        any_value(p.PCREASND) as PCREASND
    from sample as k
    join adpc as p
        on p.USUBJID = k.USUBJID and p.COURSE = k.COURSE and p.COURSEDY = k.COURSEDAY
        and p.NRRLT is not null and abs(greatest(p.NRRLT, 0) - k.NRRLT) < 0.01
    group by k.USUBJID, k.COURSE, k.COURSEDAY, k.NRRLT
),
undated as (
    select USUBJID from source.ex where EXSTDT is null
),
sample_status as (
    select
        k.USUBJID, 'PK' as ASSESS,
        'Course ' || k.COURSE || ' day ' || k.COURSEDAY || ', ' || printf('%g', k.NRRLT) || ' h' as AVISIT,
        k.DUEDT, k.DUEDT as WINLO, k.DUEDT as WINHI,
        case
            when d.NRESULT > 0 then 'Done'
            when k.ASTDT is null and k.USUBJID in (select USUBJID from undated) then 'Unknown when due'
            when k.ASTDT is null or k.DTHDT <= k.DUEDT or k.EOSDT < k.DUEDT then 'Not expected'
            when k.DUEDT >= k.CUTDT then 'Not due'
            when d.NRESULT is not null then 'Missed'
            else 'Overdue'
        end as STATUS,
        d.ADT,
        case
            when d.NRESULT > 0 then null
            when k.ASTDT is null and k.USUBJID in (select USUBJID from undated) then 'Infusion without a date'
            when k.ASTDT is null then 'Infusion not given'
            when d.NRESULT = 0 then coalesce(d.PCREASND, 'Recorded as not done')
            else 'No record'
        end as REASON,
        k.CUTDT, k.GONEFL, null as BASEFL
    from sample as k
    left join sample_done as d
        on d.USUBJID = k.USUBJID and d.COURSE = k.COURSE and d.COURSEDAY = k.COURSEDAY and d.NRRLT = k.NRRLT
)
select
    USUBJID, ASSESS, AVISIT, DUEDT, WINLO, WINHI, STATUS, ADT,
    case STATUS
        when 'Overdue' then cast(CUTDT - WINHI as integer)
        when 'Missed' then cast(ADT - WINHI as integer)
    end as DAYSLATE,
    REASON,
    -- overdue in a subject who has since died or left the study: it can no longer be done
    case when STATUS = 'Overdue' then coalesce(GONEFL, 'N') end as GONEFL,
    -- due before or on the day of the first infusion: a baseline, not a look at what the drug did
    BASEFL
from (select * from visit_status union all select * from sample_status)
order by USUBJID, ASSESS, DUEDT, AVISIT

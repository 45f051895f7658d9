-- Question: which grade, or place in the normal range, had a test ($test) at baseline, and which was its worst later?
-- Grain: one scale, dose, category at baseline and worst category after it, with its subjects.
-- SCALE: LOW, HIGH (CTCAE grades of low and of high values) where the test has such a term, RANGE (normal limits).
-- BASECAT, WORSTCAT: a grade, LOW, NORMAL, HIGH, or LOWHIGH (both, after baseline); NONE without a value,
--     UNKNOWN with values of which none has a grade or a normal range, or none is known to be later though some may be.
--     Beside later results those that may be are left out.
-- NOPEN, OPEN: subjects of the cell with further results after baseline that have no grade.
with treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where SAFFL = 'Y'
),
result as (
    select l.USUBJID, l.ABLFL, l.POSTFL, l.NOTERM, l.ATERML, l.ATERMH, l.ATOXGRL, l.ATOXGRH, l.ANRIND
    from adlb as l
    where l.PARAMCD = $test and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
      and l.USUBJID in (select USUBJID from treated)
),
scaled as (
    select 'LOW' as SCALE, USUBJID, ABLFL, POSTFL, ATOXGRL as GRADE, null as PLACE from result
    where (select count(ATERML) from result where NOTERM is null) > 0
    union all
    select 'HIGH', USUBJID, ABLFL, POSTFL, ATOXGRH, null from result
    where (select count(ATERMH) from result where NOTERM is null) > 0
    union all
    select 'RANGE', USUBJID, ABLFL, POSTFL, null, ANRIND from result
),
scale as (
    select distinct SCALE from scaled
),
subject as (
    select
        c.SCALE, t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN,
        count(*) filter (where r.ABLFL = 'Y') as NBASE, count(*) filter (where r.POSTFL = 'Y') as NPOST,
        count(*) filter (where r.SCALE is not null and r.POSTFL is null and r.ABLFL is null) as NMAYBE,
        max(r.GRADE) filter (where r.ABLFL = 'Y') as BASEGRADE,
        max(r.GRADE) filter (where r.POSTFL = 'Y') as WORSTGRADE,
        min(r.PLACE) filter (where r.ABLFL = 'Y') as BASEPLACE,
        coalesce(bool_or(r.PLACE = 'LOW') filter (where r.POSTFL = 'Y'), false) as WASLOW,
        coalesce(bool_or(r.PLACE = 'HIGH') filter (where r.POSTFL = 'Y'), false) as WASHIGH,
        count(*) filter (where r.POSTFL = 'Y' and r.PLACE is not null) as NPLACED,
        count(*) filter (where r.POSTFL = 'Y' and r.GRADE is null and r.PLACE is null) as NOPEN
    from scale as c
    cross join treated as t
    left join scaled as r on r.SCALE = c.SCALE and r.USUBJID = t.USUBJID
    group by all
),
placed as (
    select
        SCALE, USUBJID, SUBJID, TRTA, TRTAN, NOPEN,
        case when NBASE = 0 then 'NONE' else coalesce(cast(BASEGRADE as varchar), BASEPLACE, 'UNKNOWN') end as BASECAT,
        case when NPOST = 0 then if(NMAYBE > 0, 'UNKNOWN', 'NONE')
             when SCALE <> 'RANGE' then coalesce(cast(WORSTGRADE as varchar), 'UNKNOWN')
             when WASLOW and WASHIGH then 'LOWHIGH'
             when WASLOW then 'LOW'
             when WASHIGH then 'HIGH'
             when NPLACED > 0 then 'NORMAL'
             else 'UNKNOWN' end as WORSTCAT
    from subject
)
select
    SCALE, TRTA, TRTAN, BASECAT, WORSTCAT, cast(count(*) as integer) as N,
    cast(count(*) filter (where NOPEN > 0 and WORSTCAT not in ('NONE', 'UNKNOWN')) as integer) as NOPEN,
    coalesce(list(USUBJID order by USUBJID) filter (where NOPEN > 0 and WORSTCAT not in ('NONE', 'UNKNOWN')), [])
        as OPEN,
    list(USUBJID order by SUBJID, USUBJID) as SUBJECTS, list(SUBJID order by SUBJID, USUBJID) as NUMBERS
from placed
group by SCALE, TRTA, TRTAN, BASECAT, WORSTCAT
order by SCALE desc, TRTAN nulls last, TRTA, BASECAT, WORSTCAT

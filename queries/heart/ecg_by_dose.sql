-- Question: how many subjects of each dose had a QTc above 450, 480 and 500 ms, or a rise of more than 30 and 60 ms?
-- Grain: correction (QTCF, QTCB) and dose, and a row for all doses; the longest QTc of a subject after the first
--     infusion.
-- NLATER, the denominator of the values: subjects with a later QTc; NBOTH, that of the changes: with a baseline as
-- well. A limit or a range counts as far as it decides: > 500 is above 500. POSS...: subjects not counted above a limit
-- whom a QTc that cannot be read, or does not decide, may have brought above it. W…: the subjects of each number, the
-- longest QTc (or the largest increase) first.
with treated as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where SAFFL = 'Y'
),
correction (PARAMCD, PARAM, PARAMN) as (
    values ('QTCF', 'Fridericia', 1), ('QTCB', 'Bazett', 2)
),
longest as (
    select USUBJID, PARAMCD, round(max(AVAL), 6) as WORST, max(CHG) as WORSTCHG
    from adeg
    where POSTFL = 'Y'
    group by USUBJID, PARAMCD
),
baseline as (
    select USUBJID, PARAMCD, any_value(BASE) as BASE from adeg where BASE is not null group by USUBJID, PARAMCD
),
limited as (
    -- MOST: the most that it can be; without an upper limit anything
    select
        USUBJID, PARAMCD, max(LEASTMS) filter (where BEFOREFL = 'N') as LEAST,
        max(coalesce(MOSTMS, 'infinity'::double)) as MOST
    from adegout
    where REASONCD in ('LIMIT', 'UNREADABLE', 'UNKNOWN UNIT', 'DOUBTFUL') and coalesce(BEFOREFL, 'N') = 'N'
      and DERFL is null
    group by USUBJID, PARAMCD
),
subject as (
    select
        t.USUBJID, t.TRTA, t.TRTAN, c.PARAMCD, c.PARAM, c.PARAMN, m.MOST, m.MOST - b.BASE as MOSTCHG,
        greatest(l.WORST, m.LEAST) as WORST, greatest(l.WORSTCHG, m.LEAST - b.BASE) as WORSTCHG
    from treated as t
    cross join correction as c
    left join longest as l on l.USUBJID = t.USUBJID and l.PARAMCD = c.PARAMCD
    left join limited as m on m.USUBJID = t.USUBJID and m.PARAMCD = c.PARAMCD
    left join baseline as b on b.USUBJID = t.USUBJID and b.PARAMCD = c.PARAMCD
)
select
    PARAMCD, min(PARAM) as PARAM,
    case when grouping(TRTA) = 1 then 'All' else TRTA end as TRTA,
    case when grouping(TRTA) = 0 then min(TRTAN) end as TRTAN,
    count(*) as NTREATED, count(WORST) as NLATER,
    count(*) filter (where WORST > 450) as OVER450,
    count(*) filter (where WORST > 480) as OVER480,
    count(*) filter (where WORST > 500) as OVER500,
    count(*) filter (where MOST > 450 and not coalesce(WORST > 450, false)) as POSS450,
    count(*) filter (where MOST > 480 and not coalesce(WORST > 480, false)) as POSS480,
    count(*) filter (where MOST > 500 and not coalesce(WORST > 500, false)) as POSS500,
    count(WORSTCHG) as NBOTH,
    count(*) filter (where WORSTCHG > 30) as RISE30,
    count(*) filter (where WORSTCHG > 60) as RISE60,
    count(*) filter (where MOSTCHG > 30 and not coalesce(WORSTCHG > 30, false)) as POSS30,
    count(*) filter (where MOSTCHG > 60 and not coalesce(WORSTCHG > 60, false)) as POSS60,
    list(USUBJID order by WORST desc, USUBJID) filter (where WORST is not null) as WLATER,
    list(USUBJID order by WORSTCHG desc, USUBJID) filter (where WORSTCHG is not null) as WBOTH,
    list(USUBJID order by WORST desc, USUBJID) filter (where WORST > 450) as WOVER450,
    list(USUBJID order by WORST desc, USUBJID) filter (where WORST > 480) as WOVER480,
    list(USUBJID order by WORST desc, USUBJID) filter (where WORST > 500) as WOVER500,
    list(USUBJID order by MOST desc, USUBJID)
        filter (where MOST > 450 and not coalesce(WORST > 450, false)) as WPOSS450,
    list(USUBJID order by MOST desc, USUBJID)
        filter (where MOST > 480 and not coalesce(WORST > 480, false)) as WPOSS480,
    list(USUBJID order by MOST desc, USUBJID)
        filter (where MOST > 500 and not coalesce(WORST > 500, false)) as WPOSS500,
    list(USUBJID order by WORSTCHG desc, USUBJID) filter (where WORSTCHG > 30) as WRISE30,
    list(USUBJID order by WORSTCHG desc, USUBJID) filter (where WORSTCHG > 60) as WRISE60,
    list(USUBJID order by MOSTCHG desc, USUBJID)
        filter (where MOSTCHG > 30 and not coalesce(WORSTCHG > 30, false)) as WPOSS30,
    list(USUBJID order by MOSTCHG desc, USUBJID)
        filter (where MOSTCHG > 60 and not coalesce(WORSTCHG > 60, false)) as WPOSS60
from subject
group by grouping sets ((PARAMCD, TRTA), (PARAMCD))
order by min(PARAMN), grouping(TRTA), min(TRTAN), TRTA

-- Question: how many subjects of each dose had a QTc above 450, 480 and 500 ms, or a rise of more than 30 and 60 ms?
-- Grain: correction (QTCF, QTCB) and dose, and a row for all doses; the longest QTc of a subject after the first
--     infusion.
-- NLATER, the denominator of the values: subjects with a later QTc; NBOTH, that of the changes: with a baseline as
-- well.
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
subject as (
    select t.TRTA, t.TRTAN, c.PARAMCD, c.PARAM, c.PARAMN, l.WORST, l.WORSTCHG
    from treated as t
    cross join correction as c
    left join longest as l on l.USUBJID = t.USUBJID and l.PARAMCD = c.PARAMCD
)
select
    PARAMCD, min(PARAM) as PARAM,
    case when grouping(TRTA) = 1 then 'All' else TRTA end as TRTA,
    case when grouping(TRTA) = 0 then min(TRTAN) end as TRTAN,
    count(*) as NTREATED, count(WORST) as NLATER,
    count(*) filter (where WORST > 450) as OVER450,
    count(*) filter (where WORST > 480) as OVER480,
    count(*) filter (where WORST > 500) as OVER500,
    count(WORSTCHG) as NBOTH,
    count(*) filter (where WORSTCHG > 30) as RISE30,
    count(*) filter (where WORSTCHG > 60) as RISE60
from subject
group by grouping sets ((PARAMCD, TRTA), (PARAMCD))
order by min(PARAMN), grouping(TRTA), min(TRTAN), TRTA

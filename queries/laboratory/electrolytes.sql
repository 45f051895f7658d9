-- Question: how many treated subjects at each dose had which worst CTCAE grade of an electrolyte after baseline?
-- Grain: one test and side (LOW, HIGH) that CTCAE grades, and one dose group with treated subjects (zeros included).
-- NANY, NSEV: with a worst grade of 1 or more, of 3 or more. NGRADED: with a graded result. NOPEN: with results of
-- which none has a grade. The others have no later result. Calcium: corrected for albumin, and ionised.
with test (PARAMCD, TESTN) as (
    values ('K', 1), ('MG', 2), ('CACORR', 3), ('CAION', 4), ('PHOS', 5), ('SODIUM', 6)
),
treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where SAFFL = 'Y'
),
dose as (
    select TRTA, min(TRTAN) as TRTAN, count(*) as NTREATED from treated group by TRTA
),
result as (
    select l.USUBJID, l.PARAMCD, l.PARAM, l.ATERML, l.ATERMH, l.ATOXGRL, l.ATOXGRH
    from adlb as l
    join test as e on e.PARAMCD = l.PARAMCD
    join treated as t on t.USUBJID = l.USUBJID
    where l.POSTFL = 'Y' and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
),
sided as (
    select USUBJID, PARAMCD, PARAM, 'LOW' as SIDE, ATOXGRL as GRADE from result where ATERML is not null
    union all
    select USUBJID, PARAMCD, PARAM, 'HIGH', ATOXGRH from result where ATERMH is not null
),
worst as (
    select USUBJID, PARAMCD, SIDE, any_value(PARAM) as PARAM, max(GRADE) as GRADE from sided group by all
),
side as (
    select PARAMCD, SIDE, any_value(PARAM) as PARAM from worst group by all
)
select
    s.PARAMCD, s.PARAM, s.SIDE, any_value(e.TESTN) as TESTN, d.TRTA, d.TRTAN, cast(d.NTREATED as integer) as NTREATED,
    cast(count(*) filter (where w.GRADE >= 1) as integer) as NANY,
    cast(count(*) filter (where w.GRADE >= 3) as integer) as NSEV,
    cast(count(w.GRADE) as integer) as NGRADED,
    cast(count(*) filter (where w.USUBJID is not null and w.GRADE is null) as integer) as NOPEN,
    cast(max(w.GRADE) as integer) as WORST,
    list(t.USUBJID order by w.GRADE desc, t.SUBJID) filter (where w.GRADE >= 1) as SUBJECTS,
    list(t.SUBJID order by w.GRADE desc, t.SUBJID) filter (where w.GRADE >= 3) as SEVERE
from side as s
join test as e on e.PARAMCD = s.PARAMCD
cross join dose as d
join treated as t on t.TRTA = d.TRTA
left join worst as w on w.USUBJID = t.USUBJID and w.PARAMCD = s.PARAMCD and w.SIDE = s.SIDE
group by s.PARAMCD, s.PARAM, s.SIDE, d.TRTA, d.TRTAN, d.NTREATED
order by TESTN, s.SIDE desc, d.TRTAN nulls last, d.TRTA

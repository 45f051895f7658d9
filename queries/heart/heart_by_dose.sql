-- Question: how many subjects of each dose had which worst cardiac dysfunction (CTRCD) and which worst CTCAE grade
--     of LVEF?
-- Grain: dose, scale (CTRCD, CTCAE) and category, zero counts included.
-- NEVAL, the denominator: subjects with an LVEF at baseline and at least one later by the same method.
with treated as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where SAFFL = 'Y'
),
subject as (
    select
        t.USUBJID, t.TRTA, t.TRTAN,
        max(list_position(['none', 'mild', 'moderate', 'severe'], v.CTRCD)) as CTRCDN,
        max(v.ATOXGR) filter (where v.POSTFL = 'Y') as GRADE,
        count(*) filter (where v.ABLFL = 'Y' and v.JUDGEFL = 'Y') as NBASE,
        count(*) filter (where v.POSTFL = 'Y' and v.JUDGEFL = 'Y') as NLATER
    from treated as t
    left join adcv as v on v.USUBJID = t.USUBJID and v.PARAMCD = 'LVEF'
    group by t.USUBJID, t.TRTA, t.TRTAN
),
category (SCALE, CATEGORY, CATEGORYN) as (
    values
        ('CTRCD', 'none', 1), ('CTRCD', 'mild', 2), ('CTRCD', 'moderate', 3), ('CTRCD', 'severe', 4),
        ('CTCAE', '0', 0), ('CTCAE', '1', 1), ('CTCAE', '2', 2), ('CTCAE', '3', 3), ('CTCAE', '4', 4)
)
select
    s.TRTA, min(s.TRTAN) as TRTAN, c.SCALE, c.CATEGORY, cast(c.CATEGORYN as integer) as CATEGORYN,
    count(*) filter (
        where s.CTRCDN is not null and case when c.SCALE = 'CTRCD' then s.CTRCDN else s.GRADE end = c.CATEGORYN
    ) as N,
    count(*) filter (where s.CTRCDN is not null) as NEVAL,
    count(*) as NTREATED,
    count(*) filter (where s.NBASE = 0) as NNOBASE,
    count(*) filter (where s.NBASE > 0 and s.CTRCDN is null) as NNOLATER
from subject as s
cross join category as c
group by s.TRTA, c.SCALE, c.CATEGORY, c.CATEGORYN
order by min(s.TRTAN), s.TRTA, c.SCALE desc, c.CATEGORYN

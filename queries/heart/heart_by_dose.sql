-- Question: how many subjects of each dose had which worst cardiac dysfunction (CTRCD, with and without symptoms) and
--     which worst CTCAE grade of LVEF?
-- Grain: dose, scale (CTRCD, CTCAE) and category, zero counts included.
-- NEVAL, the denominator: subjects with a known category (adctrcd: an LVEF compared with its baseline, one below 40 %
-- without a baseline, or heart failure); of the grades those of them with a known grade. NPOSS: subjects whose worst
-- may be moderate or worse and is not known to be.
with treated as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where SAFFL = 'Y'
),
sign as (
    select
        USUBJID, max(CTRCDN) as CTRCDN, max(CTRCDPOSN) as POSSN
    from adctrcd
    where COUNTFL = 'Y'
    group by USUBJID
),
subject as (
    select
        t.USUBJID, t.TRTA, t.TRTAN, any_value(g.CTRCDN) as CTRCDN, any_value(g.POSSN) as POSSN,
        max(v.ATOXGR) filter (where v.POSTFL = 'Y') as GRADE,
        count(*) filter (where v.ABLFL = 'Y' and v.JUDGEFL = 'Y') as NBASE
    from treated as t
    left join sign as g on g.USUBJID = t.USUBJID
    left join adcv as v on v.USUBJID = t.USUBJID and v.PARAMCD = 'LVEF'
    group by t.USUBJID, t.TRTA, t.TRTAN
),
category (SCALE, CATEGORY, CATEGORYN) as (
    values
        ('CTRCD', 'none', 1), ('CTRCD', 'mild', 2), ('CTRCD', 'moderate', 3), ('CTRCD', 'severe', 4),
        ('CTRCD', 'very severe', 5),
        ('CTCAE', '0', 0), ('CTCAE', '1', 1), ('CTCAE', '2', 2), ('CTCAE', '3', 3), ('CTCAE', '4', 4)
),
scaled as (
    select s.*, c.*, case when c.SCALE = 'CTRCD' then s.CTRCDN else s.GRADE end as WORST
    from subject as s
    cross join category as c
)
select
    TRTA, min(TRTAN) as TRTAN, SCALE, CATEGORY, cast(CATEGORYN as integer) as CATEGORYN,
    count(*) filter (where CTRCDN is not null and WORST = CATEGORYN) as N,
    count(*) filter (where CTRCDN is not null and WORST is not null) as NEVAL,
    count(*) as NTREATED,
    count(*) filter (where NBASE = 0 and CTRCDN is null) as NNOBASE,
    count(*) filter (where NBASE > 0 and CTRCDN is null) as NNOLATER,
    count(*) filter (where POSSN > 2 and coalesce(CTRCDN, 1) < 3) as NPOSS
from scaled
group by TRTA, SCALE, CATEGORY, CATEGORYN
order by min(TRTAN), TRTA, SCALE desc, CATEGORYN

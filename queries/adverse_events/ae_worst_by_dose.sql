-- Question: what share of the treated subjects of each dose group had an event of grade 3 or worse in each group of
--     events?
-- Grain: one group of events (GRP) and one dose group with treated subjects (zeros included).
-- $by: class (system organ class) or interest (the trial's categories of special interest).
-- SUBJECTS: those of N3, the worst first.
with person as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN from selected where TRTSDT is not null
),
treated as (
    select TRTA, min(TRTAN) as TRTAN, count(*) as NTREATED from person group by TRTA
),
worst as (
    select
        a.USUBJID, p.TRTA,
        case $by when 'interest' then a.AESICAT else coalesce(a.AEBODSYS, 'Class not delivered') end as GRP,
        max(a.ATOXGR) as WORST, bool_or(a.GR3FL = 'Y') as SEVERE, bool_or(a.ATOXGR is null) as UNGRADED
    from adae as a
    join person as p on p.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y'
    group by all
    having GRP is not null
)
select
    g.GRP, t.TRTA, t.TRTAN, cast(t.NTREATED as integer) as NTREATED,
    cast(count(w.USUBJID) as integer) as N,
    cast(count(*) filter (where w.SEVERE) as integer) as N3,
    cast(count(*) filter (where w.UNGRADED and not w.SEVERE) as integer) as NUNGR,
    list(w.USUBJID order by w.WORST desc nulls last, w.USUBJID) filter (where w.SEVERE) as SUBJECTS
from (select distinct GRP from worst) as g
cross join treated as t
left join worst as w on w.GRP = g.GRP and w.TRTA = t.TRTA
group by g.GRP, t.TRTA, t.TRTAN, t.NTREATED
order by g.GRP, t.TRTAN nulls last, t.TRTA

-- Question: how many treated subjects at each dose had an event of special interest, and how bad was the worst?
-- Grain: one category of special interest and one dose group with treated subjects (zeros included).
-- NGRADE3: of grade 3 or worse, or called severe without a grade. NNOGRADE: with an ungraded event and none of those.
-- SUBJECTS: those of NSUBJ, the worst first.
with dose_group as (
    select coalesce(TRTA, 'No planned level') as TRTA, min(TRTAN) as TRTAN, count(*) as NTREATED
    from selected
    where TRTSDT is not null
    group by 1
),
category as (
    select distinct AESICAT from trial.special_interest
    union
    select distinct AESICAT from adae where TRTEMFL = 'Y' and AESICAT is not null
),
worst as (
    select a.USUBJID, a.AESICAT, coalesce(s.TRTA, 'No planned level') as TRTA, max(a.ATOXGR) as WORST,
        bool_or(a.GR3FL = 'Y') as SEVERE, bool_or(a.ATOXGR is null) as UNGRADED,
        count(*) filter (where a.ATOXGRIM is not null) as IMPLIED
    from adae as a
    join selected as s on s.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y' and a.AESICAT is not null
    group by all
)
select
    c.AESICAT, g.TRTA, g.TRTAN,
    cast(g.NTREATED as integer) as NTREATED,
    cast(count(w.USUBJID) as integer) as NSUBJ,
    cast(count(*) filter (where w.SEVERE) as integer) as NGRADE3,
    max(w.WORST) as WORST,
    cast(count(*) filter (where w.UNGRADED and not w.SEVERE) as integer) as NNOGRADE,
    cast(coalesce(sum(w.IMPLIED), 0) as integer) as NIMPLIED,
    list(w.USUBJID order by w.SEVERE desc, w.WORST desc nulls last, w.USUBJID) filter (where w.USUBJID is not null)
        as SUBJECTS
from category as c
cross join dose_group as g
left join worst as w on w.AESICAT = c.AESICAT and w.TRTA = g.TRTA
group by c.AESICAT, g.TRTA, g.TRTAN, g.NTREATED
order by c.AESICAT, g.TRTAN nulls last

-- Question: how many subjects are enrolled, treated and evaluable, how many had a DLT, died, had a serious event,
--     are in remission?
-- Grain: one measure: its count, what it is out of, and whether the cut holds what it is counted from.
with subject as (
    select s.USUBJID, s.ENRLFL, s.SAFFL, s.DTHFL, d.DLTSTAT
    from selected as s
    left join addl as d on d.USUBJID = s.USUBJID
),
people as (
    select
        count(*) as SCREENED,
        count(*) filter (where ENRLFL = 'Y') as ENROLLED,
        count(*) filter (where SAFFL = 'Y') as TREATED,
        count(*) filter (where DLTSTAT in ('DLT', 'No DLT')) as EVALUABLE,
        count(*) filter (where DLTSTAT = 'DLT') as WITHDLT,
        count(*) filter (where DLTSTAT = 'Pending') as PENDING,
        count(*) filter (where DLTSTAT = 'Not evaluable') as NOTEVAL,
        count(*) filter (where DTHFL = 'Y' and ENRLFL = 'Y') as DIED
    from subject
),
serious as (
    select
        count(*) as EVENTS, count(distinct ae.USUBJID) as SUBJECTS,
        count(*) filter (where upper(left(coalesce(ae.AESER, 'N'), 1)) <> 'Y') as BYCRITERION,
        count(distinct ae.USUBJID) - count(distinct ae.USUBJID)
            filter (where upper(left(ae.AESER, 1)) = 'Y') as BYCRITERIONSUBJ
    from adae as ae
    join selected as s on s.USUBJID = ae.USUBJID
    where ae.AESERC = 'Y' and ae.TRTEMFL = 'Y' and s.SAFFL = 'Y'
),
unclear as (
    select count(*) as EVENTS, count(distinct ae.USUBJID) filter (where not exists (
        select 1 from adae as o where o.USUBJID = ae.USUBJID and o.AESERC = 'Y' and o.TRTEMFL = 'Y')) as SUBJECTS
    from adae as ae
    join selected as s on s.USUBJID = ae.USUBJID
    where ae.AESERC is null and ae.TRTEMFL = 'Y' and s.SAFFL = 'Y'
),
best as (
    select
        count(*) filter (where r.REMFL = 'Y') as REMISSION,
        count(*) filter (where r.EVALFL = 'Y') as EVALUATED,
        count(*) filter (where r.REMPOSFL = 'Y') as POSSIBLE,
        count(*) filter (where r.CONFIRM in ('LOST', 'LOST TOLD') and r.REMFL = 'N' and r.RSPFL = 'Y') as LOST
    from adrs as r
    join selected as s on s.USUBJID = r.USUBJID
    where r.PARAMCD = 'BOR'
),
collected as (
    select
        (select count(*) from adsl where SAFFL = 'Y') = 0 as NOBODY,
        (select count(*) from addl where DLTSTAT is not null) > 0 as DLT,
        (select count(*) from adae) > 0 or exists (select 1 from ingest.dataset where lower(DATASET) = 'ae') as AE,
        (select count(*) from source.rs) > 0 as RS
),
measure as (
    select 1 as SORT, 'Enrolled' as MEASURE, p.ENROLLED as NUMBER, p.SCREENED as OUTOF, 'screened' as POPULATION,
        true as COLLECTED
    from people as p
    union all
    select 2, 'Treated', p.TREATED, p.ENROLLED, 'enrolled', true from people as p
    union all
    select 3, 'Evaluable for DLT', p.EVALUABLE, p.TREATED, 'treated', c.DLT or c.NOBODY from people as p
        cross join collected as c
    union all
    select 4, 'Subjects with a DLT', p.WITHDLT, p.EVALUABLE, 'evaluable', c.DLT or c.NOBODY from people as p
        cross join collected as c
    union all
    select 5, 'Deaths', p.DIED, p.ENROLLED, 'enrolled', true from people as p
    union all
    select 6, 'Serious adverse events', s.EVENTS, null, 'events', c.AE or c.NOBODY from serious as s
        cross join collected as c
    union all
    select 7, 'Subjects with an SAE', s.SUBJECTS, p.TREATED, 'treated', c.AE or c.NOBODY
    from serious as s cross join people as p cross join collected as c
    union all
    select 8, 'Remissions', b.REMISSION, b.EVALUATED, 'evaluable for response', c.RS from best as b
        cross join collected as c
    union all
    -- these explain the others; they are no measures of their own
    select 9, 'Pending', p.PENDING, p.TREATED, 'treated', c.DLT or c.NOBODY from people as p cross join collected as c
    union all
    select 10, 'Not evaluable', p.NOTEVAL, p.TREATED, 'treated', c.DLT or c.NOBODY from people as p
        cross join collected as c
    union all
    select 11, 'Serious by a criterion only', s.BYCRITERION, s.EVENTS, 'serious events', c.AE or c.NOBODY
        from serious as s cross join collected as c
    union all
    select 12, 'Subjects with an SAE by a criterion only', s.BYCRITERIONSUBJ, s.SUBJECTS, 'subjects with an SAE',
        c.AE or c.NOBODY
    from serious as s cross join collected as c
    union all
    select 13, 'Seriousness not known', u.EVENTS, null, 'events', c.AE or c.NOBODY
    from unclear as u cross join collected as c
    union all
    select 14, 'Subjects whose seriousness is not known', u.SUBJECTS, null, 'subjects', c.AE or c.NOBODY
    from unclear as u cross join collected as c
    union all
    select 15, 'Remissions possible', b.POSSIBLE, null, 'subjects', c.RS from best as b cross join collected as c
    union all
    select 16, 'Remissions lost early', b.LOST, null, 'subjects', c.RS from best as b cross join collected as c
)
select SORT, MEASURE, case when COLLECTED then NUMBER end as NUMBER, case when COLLECTED then OUTOF end as OUTOF,
    POPULATION
from measure
order by SORT

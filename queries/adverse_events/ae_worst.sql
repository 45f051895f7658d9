-- Question: how bad was the worst adverse event of each treated subject in each group of events?
-- Grain: one treated subject and one group of events (GRP) that it had; one without events has one row without a group.
-- $by: class (system organ class) or interest (the trial's categories of special interest).
-- WORST: the worst grade, null where none is graded. SEVERE: of grade 3 or worse, or called severe without a grade.
with person as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, TRTSDT
    from selected
    where TRTSDT is not null
),
event as (
    select
        USUBJID, case $by when 'interest' then AESICAT else coalesce(AEBODSYS, 'Class not delivered') end as GRP,
        ATOXGR, GR3FL, coalesce(AEDECOD, 'Term not delivered') as AEDECOD
    from adae
    where TRTEMFL = 'Y'
),
worst as (
    select
        USUBJID, GRP, max(ATOXGR) as WORST, bool_or(GR3FL = 'Y') as SEVERE, bool_or(ATOXGR is null) as UNGRADED,
        count(*) as NEVENT, arg_max(AEDECOD, coalesce(ATOXGR, 0)) as AEDECOD
    from event
    where GRP is not null
    group by USUBJID, GRP
)
select
    p.USUBJID, p.SUBJID, p.TRTA, p.TRTAN, p.DISEASE, w.GRP, cast(w.WORST as integer) as WORST,
    case when w.SEVERE then 'Y' else 'N' end as SEVEREFL, case when w.UNGRADED then 'Y' else 'N' end as UNGRADFL,
    cast(coalesce(w.NEVENT, 0) as integer) as NEVENT, w.AEDECOD
from person as p
left join worst as w on w.USUBJID = p.USUBJID
order by p.TRTAN nulls last, p.TRTA, p.DISEASE nulls last, p.TRTSDT, p.USUBJID, w.GRP

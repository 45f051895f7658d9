-- Question: where is every subject, from consent to the end of the study?
-- Grain: one step of the flow: how many subjects, out of how many of the step before.
-- A subject who died without a recorded end of treatment ended treatment by death.
with screening as (
    select
        dm.USUBJID,
        upper(coalesce(dm.ARMNRS, '')) like '%SCREEN FAIL%' or upper(coalesce(dm.ACTARMCD, dm.ARMCD, '')) = 'SCRNFAIL'
            or bool_or(upper(coalesce(ds.DSDECOD, '')) like 'SCREEN FAIL%') as FAILED
    from source.dm as dm
    left join source.ds as ds on ds.USUBJID = dm.USUBJID
    group by dm.USUBJID, dm.ARMNRS, dm.ACTARMCD, dm.ARMCD
),
subject as (
    select
        s.USUBJID, s.ENRLFL = 'Y' as ENROLLED, s.SAFFL = 'Y' as TREATED,
        coalesce(f.FAILED, false) and s.ENRLFL <> 'Y' as FAILED,
        d.DLTSTAT,
        coalesce(s.DTHFL = 'Y', false) as DIED,
        s.EOSSTT,
        upper(case when s.EOTREAS is not null then s.EOTREAS when s.DTHFL = 'Y' then 'DEATH' else s.DCSREAS end)
            as ENDREASON,
        s.EOTDT is not null or s.EOTREAS is not null or s.EOSDT is not null or s.DCSREAS is not null
            or coalesce(s.DTHFL = 'Y', false) as ENDED
    from selected as s
    left join screening as f on f.USUBJID = s.USUBJID
    left join addl as d on d.USUBJID = s.USUBJID
),
total as (
    select count(*) as NSCREENED, count(*) filter (where ENROLLED) as NENROLLED,
        count(*) filter (where TREATED) as NTREATED,
        count(*) filter (where TREATED and ENDED) as NENDED
    from subject
),
collected as (
    select
        (select count(*) from addl where DLTSTAT is not null) > 0 or (select count(*) from addl) = 0 as DLT,
        (select count(*) from source.ds) > 0 or (select count(*) from addl) = 0 as DS,
        -- without an epoch, the end of treatment cannot be told from the end of the study
        (select count(*) from source.ds where EPOCH is not null) > 0 or (select count(*) from addl) = 0 as EPOCH
),
step as (
    select 1 as SORT, 'Entry' as PART, 'Screened' as STEP, NSCREENED as NUMBER, NSCREENED as OUTOF,
        'screened' as POPULATION, true as COLLECTED from total
    union all
    select 2, 'Entry', 'Screen failures', count(*) filter (where FAILED), count(*), 'screened', true from subject
    union all
    select 3, 'Entry', 'In screening', count(*) filter (where not FAILED and not ENROLLED), count(*), 'screened', true
        from subject
    union all
    select 4, 'Entry', 'Enrolled', NENROLLED, NSCREENED, 'screened', true from total
    union all
    select 5, 'Entry', 'Not treated', count(*) filter (where not TREATED), count(*), 'enrolled', true from subject
        where ENROLLED
    union all
    select 6, 'Entry', 'Treated', NTREATED, NENROLLED, 'enrolled', true from total
    union all
    select 10 + v.SORT, 'DLT evaluation', v.STEP, count(s.USUBJID), any_value(t.NTREATED), 'treated', any_value(c.DLT)
    from (values (1, 'Evaluable', 'DLT'), (1, 'Evaluable', 'No DLT'), (2, 'Pending', 'Pending'),
        (3, 'Not evaluable', 'Not evaluable')) as v(SORT, STEP, DLTSTAT)
    cross join total as t
    cross join collected as c
    left join subject as s on s.DLTSTAT = v.DLTSTAT and s.TREATED
    group by v.SORT, v.STEP
    union all
    select 21, 'Treatment', 'On treatment', t.NTREATED - t.NENDED, t.NTREATED, 'treated', c.DS from total as t
        cross join collected as c
    union all
    select 20, 'Treatment', 'Treatment ended', t.NENDED, t.NTREATED, 'treated', c.DS from total as t
        cross join collected as c
    union all
    select
        21 + row_number() over (order by count(*) desc, coalesce(ENDREASON, '')), 'Reason',
        coalesce(ENDREASON, 'Reason not given'),
        count(*), any_value(t.NENDED), 'off treatment', true
    from subject
    cross join total as t
    where TREATED and ENDED
    group by ENDREASON
    union all
    select 80, 'Study', 'On treatment', t.NTREATED - t.NENDED, t.NTREATED, 'treated', c.DS from total as t
        cross join collected as c
    union all
    select 81, 'Study', 'In follow-up', count(s.USUBJID), any_value(t.NTREATED), 'treated', any_value(c.EPOCH)
    from total as t cross join collected as c left join subject as s on s.TREATED and s.ENDED and s.EOSSTT = 'ONGOING'
    union all
    -- where each subject has one record of an end alone, that of treatment does not tell whether the study goes on
    select 82, 'Study', 'In follow-up or left, not known', count(*), any_value(t.NTREATED), 'treated', true
    from total as t cross join collected as c
    join subject as s on s.TREATED and s.ENDED and s.EOSSTT is null and c.EPOCH
    having count(*) > 0
    union all
    select 83, 'Study', 'Left the study alive', count(s.USUBJID), any_value(t.NTREATED), 'treated', any_value(c.EPOCH)
    from total as t cross join collected as c left join subject as s on s.TREATED and s.EOSSTT = 'OFF STUDY'
    union all
    select 84, 'Study', 'Died', count(s.USUBJID), any_value(t.NTREATED), 'treated', true
    from total as t left join subject as s on s.TREATED and s.DIED
)
select SORT, PART, STEP, case when COLLECTED then NUMBER end as NUMBER, case when COLLECTED then OUTOF end as OUTOF,
    POPULATION
from step
order by SORT

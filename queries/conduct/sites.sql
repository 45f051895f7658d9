-- Question: how does each site compare in outstanding data, deviations and serious adverse events?
-- Grain: one site with a treated subject.
-- Counts of treated subjects alone; events are treatment-emergent. NUNKNOWN: events whose seriousness is not known.
-- W…: the subjects of each number.
with treated as (
    select * from selected where SAFFL = 'Y'
),
due as (
    select
        s.SITEID,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS in ('Done', 'Missed', 'Overdue'))
            as ECHODUE,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Overdue' and d.GONEFL = 'N')
            as ECHOOVERDUE,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS in ('Done', 'Missed', 'Overdue')) as PKDUE,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS in ('Missed', 'Overdue')) as PKMISSING,
        list(distinct s.USUBJID) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Overdue'
            and d.GONEFL = 'N') as WECHO,
        list(distinct s.USUBJID) filter (where d.ASSESS = 'PK' and d.STATUS in ('Missed', 'Overdue')) as WPK
    from addue as d
    join treated as s on s.USUBJID = d.USUBJID
    group by s.SITEID
),
serious as (
    select
        s.SITEID, count(*) filter (where a.AESERC = 'Y') as NSERIOUS,
        count(*) filter (where a.AESERC is null) as NUNKNOWN,
        list(distinct s.USUBJID) filter (where a.AESERC = 'Y') as WSERIOUS
    from adae as a
    join treated as s on s.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y'
    group by s.SITEID
),
deviations as (
    select s.SITEID, count(*) as NDEVIATION, list(distinct s.USUBJID) as WDEVIATION
    from source.dv as v
    join treated as s on s.USUBJID = v.USUBJID
    group by s.SITEID
)
select
    t.SITEID, any_value(t.SITENAM) as SITENAM, count(*) as TREATED,
    coalesce(any_value(d.ECHOOVERDUE), 0) as ECHOOVERDUE, coalesce(any_value(d.ECHODUE), 0) as ECHODUE,
    coalesce(any_value(d.PKMISSING), 0) as PKMISSING, coalesce(any_value(d.PKDUE), 0) as PKDUE,
    coalesce(any_value(v.NDEVIATION), 0) as NDEVIATION, coalesce(any_value(a.NSERIOUS), 0) as NSERIOUS,
    coalesce(any_value(a.NUNKNOWN), 0) as NUNKNOWN,
    list_sort(list(t.USUBJID)) as WTREATED, list_sort(any_value(d.WECHO)) as WECHO,
    list_sort(any_value(d.WPK)) as WPK, list_sort(any_value(v.WDEVIATION)) as WDEVIATION,
    list_sort(any_value(a.WSERIOUS)) as WSERIOUS
from treated as t
left join due as d on d.SITEID is not distinct from t.SITEID
left join serious as a on a.SITEID is not distinct from t.SITEID
left join deviations as v on v.SITEID is not distinct from t.SITEID
group by t.SITEID
order by t.SITEID

-- Question: which scheduled echocardiograms and PK samples are outstanding at each site, and how many DLT
--     evaluations are pending?
-- Grain: one site with a treated subject.
-- Denominators: assessments whose time is past or that are done; treated subjects for the DLT evaluation.
-- Echocardiograms due by the day of the first infusion (baseline) stand apart, and so do those overdue in a subject
-- since dead or off study.
-- FURTHER: subjects given a second course; UNSEEN: of these, without an ejection fraction since the first infusion.
with due as (
    select
        s.SITEID,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS in ('Done', 'Missed', 'Overdue'))
            as ECHODUE,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Overdue' and d.GONEFL = 'N')
            as ECHOOVERDUE,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Overdue' and d.GONEFL = 'Y')
            as ECHOGONE,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Missed') as ECHOLATE,
        max(d.DAYSLATE) filter (where d.ASSESS = 'ECHO' and d.BASEFL is null and d.STATUS = 'Overdue'
            and d.GONEFL = 'N') as ECHOLATEST,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL = 'Y' and d.STATUS in ('Done', 'Missed', 'Overdue'))
            as BASEDUE,
        count(*) filter (where d.ASSESS = 'ECHO' and d.BASEFL = 'Y' and d.STATUS = 'Done') as BASEDONE,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS in ('Done', 'Missed', 'Overdue')) as PKDUE,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS in ('Missed', 'Overdue')) as PKMISSING,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS = 'Missed') as PKNOTDONE,
        count(*) filter (where d.ASSESS = 'PK' and d.STATUS = 'Overdue') as PKABSENT
    from addue as d
    join selected as s on s.USUBJID = d.USUBJID
    group by s.SITEID
),
evaluation as (
    select
        s.SITEID, any_value(s.SITENAM) as SITENAM, count(*) as TREATED,
        case when count(d.DLTSTAT) > 0 then count(*) filter (where d.DLTSTAT = 'Pending') end as PENDING,
        count(*) filter (where s.NCOURSE > 1) as FURTHER,
        count(*) filter (where s.NCOURSE > 1 and s.USUBJID not in (select USUBJID from adcv
            where PARAMCD = 'LVEF' and POSTFL = 'Y')) as UNSEEN
    from selected as s
    left join addl as d on d.USUBJID = s.USUBJID
    where s.SAFFL = 'Y'
    group by s.SITEID
)
select
    e.SITEID, e.SITENAM, e.TREATED,
    coalesce(d.ECHOOVERDUE, 0) as ECHOOVERDUE, coalesce(d.ECHODUE, 0) as ECHODUE, coalesce(d.ECHOGONE, 0) as ECHOGONE,
    coalesce(d.ECHOLATE, 0) as ECHOLATE, cast(d.ECHOLATEST as integer) as ECHOLATEST,
    coalesce(d.BASEDUE, 0) as BASEDUE, coalesce(d.BASEDONE, 0) as BASEDONE,
    coalesce(d.PKMISSING, 0) as PKMISSING, coalesce(d.PKDUE, 0) as PKDUE,
    coalesce(d.PKNOTDONE, 0) as PKNOTDONE, coalesce(d.PKABSENT, 0) as PKABSENT,
    e.PENDING, e.FURTHER, e.UNSEEN
from evaluation as e
left join due as d on d.SITEID = e.SITEID
order by e.SITEID

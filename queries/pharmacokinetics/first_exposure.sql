-- Question: how much of the study drug was in the blood of each treated subject after the first infusion of a course
--     ($course)?
-- Grain: one treated subject.
-- AUC: of the parent drug from 0 to 24 h, beyond the last sample by the terminal phase (AUCNOTE then has EXTENDED);
-- CMAX: its highest concentration.
-- AUCREAS, CMAXREAS: why there is none. DOSE1: the dose of that infusion in the trial's unit, null where it or its unit
-- is not known.
with parameter as (
    select
        USUBJID,
        max(AVAL) filter (where PARAMCD = 'AUCINT') as AUC, max(REASON) filter (where PARAMCD = 'AUCINT') as AUCREAS,
        max(NOTE) filter (where PARAMCD = 'AUCINT') as AUCNOTE,
        max(AVAL) filter (where PARAMCD = 'CMAX') as CMAX, max(REASON) filter (where PARAMCD = 'CMAX') as CMAXREAS
    from adpp
    where ANALYTE = 'PARENT' and COURSE = $course and COURSEDY = 1
    group by USUBJID
),
dosed as (
    select x.USUBJID,
        case when bool_and(lower(replace(coalesce(x.DOSEU, u.DOSEU), '²', '2')) = u.DOSEU and x.DOSE is not null)
            then sum(x.DOSE) end as DOSE1
    from adex as x
    cross join trial.settings as u
    where x.COURSE = $course and x.COURSEDY = 1
    group by x.USUBJID
)
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
    p.AUC, case when p.AUC is null then coalesce(p.AUCREAS, 'no profile of the first infusion') end as AUCREAS,
    p.AUCNOTE,
    p.CMAX, case when p.CMAX is null then coalesce(p.CMAXREAS, 'no profile of the first infusion') end as CMAXREAS,
    d.DOSE1
from selected as s
left join parameter as p on p.USUBJID = s.USUBJID
left join dosed as d on d.USUBJID = s.USUBJID
where s.SAFFL = 'Y'
order by s.TRTAN nulls last, s.USUBJID

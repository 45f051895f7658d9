-- Question: of which treated subjects are there profiles, of which analyte, after which infusion, and how sure is each?
-- Grain: one subject, analyte and infusion with a sample that can be used; the largest extrapolated share first, then
-- the subject's number. NOTE: what to know of the half-life.
with profile as (
    select USUBJID, ANALYTE, COURSE, COURSEDY, max(case when CONC > 0 then 1 else 0 end) as MEASURED
    from pkprofile
    where REASON is null and COURSE is not null and COURSEDY is not null
    group by USUBJID, ANALYTE, COURSE, COURSEDY
),
parameter as (
    select
        USUBJID, ANALYTE, COURSE, COURSEDY,
        max(DERIVED) filter (where PARAMCD = 'AUCPEO') as AUCPEO,
        any_value(NOTE) filter (where PARAMCD = 'LAMZHL') as NOTE
    from adpp
    group by USUBJID, ANALYTE, COURSE, COURSEDY
)
select s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, p.ANALYTE, p.COURSE, p.COURSEDY, r.AUCPEO,
    r.NOTE
from profile as p
join selected as s on s.USUBJID = p.USUBJID
left join parameter as r on r.USUBJID = p.USUBJID and r.ANALYTE = p.ANALYTE and r.COURSE = p.COURSE
    and r.COURSEDY = p.COURSEDY
where s.SAFFL = 'Y' and p.MEASURED = 1
order by max(r.AUCPEO) over (partition by s.USUBJID) desc nulls last, s.SUBJID, p.ANALYTE desc, p.COURSE, p.COURSEDY

-- Question: which pharmacokinetic parameters ($codes) of an analyte ($analyte) has each treated subject after each
-- infusion that was sampled? $course, $day: after this one; null: after each.
-- Grain: one parameter of one analyte after one infusion of a treated subject.
select
    s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, s.AGE, s.AGEGR1,
    p.* exclude (PARAM), d.DOSE, d.DOSEMG, d.BSA, d.WEIGHT
from adpp as p
join selected as s on s.USUBJID = p.USUBJID
left join pkdose as d on d.USUBJID = p.USUBJID and d.COURSE = p.COURSE and d.COURSEDY = p.COURSEDY
where s.SAFFL = 'Y' and p.ANALYTE = $analyte and list_contains($codes, p.PARAMCD)
    and ($course is null or p.COURSE = $course) and ($day is null or p.COURSEDY = $day)
order by s.TRTAN nulls last, s.TRTA, p.USUBJID, p.ANALYTE, p.COURSE, p.COURSEDY, p.PARAMCD

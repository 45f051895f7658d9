-- Question: which pharmacokinetic parameters has each treated subject after each infusion that was sampled?
-- Grain: one parameter of one analyte after one infusion of a treated subject.
select
    s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, s.AGE, s.AGEGR1,
    p.*, d.DOSE, d.DOSEMG, d.BSA, d.WEIGHT
from adpp as p
join selected as s on s.USUBJID = p.USUBJID
left join pkdose as d on d.USUBJID = p.USUBJID and d.COURSE = p.COURSE and d.COURSEDY = p.COURSEDY
where s.SAFFL = 'Y'
order by s.TRTAN nulls last, s.TRTA, p.USUBJID, p.ANALYTE, p.COURSE, p.COURSEDY, p.PARAMCD

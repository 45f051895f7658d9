-- Question: what was measured of one analyte ($analyte) in one subject ($usubjid) after one infusion ($course, $day)?
-- Grain: one sample, with the dose that was given. CONC: ng/mL, 0 below the limit of quantification; REASON: why a
-- sample is not in the profile.
select
    p.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, a.PARAM, p.PCSEQ, p.NRRLT, p.HOUR, p.TIMEFROM,
    p.CONC, p.BLQFL, p.REASON, a.ALLOQ, d.DOSEMG, d.DOSEDUR, lower(d.ROUTE) as ROUTE, d.FIRSTFL
from pkprofile as p
join adpc as a on a.USUBJID = p.USUBJID and a.PCSEQ = p.PCSEQ
join adsl as s on s.USUBJID = p.USUBJID
join pkdose as d on d.USUBJID = p.USUBJID and d.COURSE = p.COURSE and d.COURSEDY = p.COURSEDY
where p.USUBJID = $usubjid and p.ANALYTE = $analyte and p.COURSE = $course and p.COURSEDY = $day
order by p.HOUR, p.PCSEQ

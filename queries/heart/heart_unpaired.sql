-- Question: which new elevations of a marker lie too far from any ejection fraction to be assessed with it, and how far?
-- Grain: one elevation. ECHODAYS: days to the nearest LVEF since the first infusion; null where there is none, or the
--     date is not precise.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
    v.PARAMCD, v.ADT, v.ADY, v.AVALC, v.AVALU, v.ECHODAYS
from adcv as v
join selected as s on s.USUBJID = v.USUBJID
cross join trial.settings as u
where s.SAFFL = 'Y' and v.RISEFL = 'Y' and coalesce(v.ECHODAYS > u.MARKERDAYS, true)
order by s.TRTAN, s.USUBJID, v.ADT, v.PARAMN

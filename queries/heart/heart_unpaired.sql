-- Question: which new elevations of a marker lie too far from any ejection fraction to be assessed with it, and how
--     far?
-- Grain: one subject and marker: of these elevations the one nearest to an LVEF since the first infusion (ECHODAYS;
--     null where there is none, or the date is not precise), and how many there are (N).
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
    v.PARAMCD, v.ADT, v.ADY, v.AVALC, v.AVALU, v.ECHODAYS,
    cast(count(*) over (partition by v.USUBJID, v.PARAMCD) as integer) as N
from adcv as v
join selected as s on s.USUBJID = v.USUBJID
cross join trial.settings as u
where s.SAFFL = 'Y' and v.RISEFL = 'Y' and coalesce(v.ECHODAYS > u.MARKERDAYS, true)
qualify row_number() over (partition by v.USUBJID, v.PARAMCD order by v.ECHODAYS nulls last, v.ADT, v.SERIES) = 1
order by s.TRTAN, s.USUBJID, v.PARAMN

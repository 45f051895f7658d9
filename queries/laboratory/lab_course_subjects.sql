-- Question: how severe was a test ($test, in $unit) of each treated subject at its worst after the first infusion?
-- Grain: one treated subject with a value that can be drawn; the worst grade first, then the furthest out.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
    cast(max(greatest(l.ATOXGRL, l.ATOXGRH)) filter (where l.POSTFL = 'Y') as integer) as WORST,
    max(greatest(l.AVAL / nullif(l.ANRHI, 0), l.ANRLO / nullif(l.AVAL, 0))) filter (where l.POSTFL = 'Y') as BEYOND
from adlb as l
join selected as s on s.USUBJID = l.USUBJID
where s.SAFFL = 'Y' and l.PARAMCD = $test and l.ANL01FL = 'Y' and coalesce(l.AVALU, '') = $unit
  and l.ADY is not null and l.ADTF is null and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
group by s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN
order by WORST desc nulls last, BEYOND desc nulls last, s.SUBJID, s.USUBJID

-- Question: how severe was a test ($test, in $unit) of each treated subject at its worst after the first infusion?
-- Grain: one treated subject with a value that can be drawn; the worst grade first, then the furthest out.
-- WORST: of all results, also those that are not drawn (another unit, an earlier one of a day, no whole date).
with result as (
    select
        *, coalesce(ANL01FL = 'Y' and coalesce(AVALU, '') = $unit and ADY is not null and ADTF is null, false) as DRAWN
    from adlb
    where PARAMCD = $test and coalesce(NOTERM, '') not in ('not done', 'specimen is not blood')
)
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
    cast(max(greatest(l.ATOXGRL, l.ATOXGRH)) filter (where l.POSTFL = 'Y') as integer) as WORST,
    max(greatest(l.AVAL / nullif(l.ANRHI, 0), l.ANRLO / nullif(l.AVAL, 0))) filter (where l.POSTFL = 'Y' and l.DRAWN)
        as BEYOND
from result as l
join selected as s on s.USUBJID = l.USUBJID
where s.SAFFL = 'Y'
group by s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN
having bool_or(l.DRAWN)
order by WORST desc nulls last, BEYOND desc nulls last, s.SUBJID, s.USUBJID

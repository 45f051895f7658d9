-- Question: which results of a test ($test) of treated subjects can be drawn, in which unit and between which limits?
-- Grain: one row. UNIT: the most frequent unit; NOTHER: results in another one. NSAME: other results of a day whose
-- last one counts. NUNDATED: without an exact date or study day. NMARK: given as a limit (<, >). LOW, HIGH: of those
-- drawn; LEAST: the smallest above 0. ANRLO, ANRHI: the most frequent normal limits; NLIMITS: how many pairs there are.
with result as (
    select l.*
    from adlb as l
    join selected as s on s.USUBJID = l.USUBJID
    where s.SAFFL = 'Y' and l.PARAMCD = $test and l.AVAL is not null
      and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
),
usual as (
    select coalesce(mode(AVALU), '') as UNIT from result
),
drawn as (
    select r.*, coalesce(r.AVALU, '') = u.UNIT as SAMEUNIT, r.ADY is not null and r.ADTF is null as DATED
    from result as r
    cross join usual as u
)
select
    (select UNIT from usual) as UNIT,
    cast(count(*) filter (where not SAMEUNIT) as integer) as NOTHER,
    cast(count(*) filter (where SAMEUNIT and DATED and ANL01FL is null) as integer) as NSAME,
    cast(count(*) filter (where SAMEUNIT and not DATED) as integer) as NUNDATED,
    cast(count(*) filter (where SAMEUNIT and DATED and ANL01FL = 'Y') as integer) as NDRAWN,
    cast(count(*) filter (where SAMEUNIT and DATED and ANL01FL = 'Y' and AVALQ is not null) as integer) as NMARK,
    cast(count(distinct USUBJID) filter (where SAMEUNIT and DATED and ANL01FL = 'Y') as integer) as NSUBJ,
    min(AVAL) filter (where SAMEUNIT and DATED and ANL01FL = 'Y') as LOW,
    max(AVAL) filter (where SAMEUNIT and DATED and ANL01FL = 'Y') as HIGH,
    min(AVAL) filter (where SAMEUNIT and DATED and ANL01FL = 'Y' and AVAL > 0) as LEAST,
    mode(ANRLO) filter (where SAMEUNIT) as ANRLO, mode(ANRHI) filter (where SAMEUNIT) as ANRHI,
    cast(count(distinct row(ANRLO, ANRHI)) filter (where SAMEUNIT and coalesce(ANRLO, ANRHI) is not null) as integer)
        as NLIMITS
from drawn

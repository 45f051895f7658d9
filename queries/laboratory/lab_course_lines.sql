-- Question: what were the values of a test ($test, in $unit) of some subjects ($people), day by day?
-- Grain: one value: the last of its day. VISITNUM is null where the visit was not planned.
select
    l.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, l.ADT, l.ADY, l.AVAL, l.AVALQ, l.AVISIT,
    case when upper(coalesce(l.AVISIT, '')) not like 'UNSCH%' then l.VISITNUM end as VISITNUM,
    cast(greatest(l.ATOXGRL, l.ATOXGRH) as integer) as GRADE, l.POSTFL
from adlb as l
join selected as s on s.USUBJID = l.USUBJID
where list_contains($people, l.USUBJID) and l.PARAMCD = $test and l.ANL01FL = 'Y' and coalesce(l.AVALU, '') = $unit
  and l.ADY is not null and l.ADTF is null and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
order by l.USUBJID, l.ADT

-- Question: which laboratory tests were there of treated subjects, and how severe was the worst grade after baseline?
-- Grain: one test with a value; those with most subjects of grade 3 or worse first.
-- NPOST: subjects with a value after the first infusion. NSEVERE: subjects with a grade of 3 or 4 then.
with result as (
    select
        l.PARAMCD, l.PARAM, l.USUBJID, l.POSTFL = 'Y' and l.AVAL is not null as POST,
        case when l.POSTFL = 'Y' and l.NOTERM is null then greatest(l.ATOXGRL, l.ATOXGRH) end as GRADE
    from adlb as l
    join selected as s on s.USUBJID = l.USUBJID
    where s.SAFFL = 'Y' and l.AVAL is not null and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
)
select
    PARAMCD, coalesce(min(PARAM), PARAMCD) as PARAM,
    cast(count(distinct USUBJID) filter (where POST) as integer) as NPOST,
    cast(count(distinct USUBJID) filter (where GRADE >= 3) as integer) as NSEVERE,
    cast(max(GRADE) as integer) as WORST
from result
group by PARAMCD
order by NSEVERE desc, WORST desc nulls last, NPOST desc, PARAMCD

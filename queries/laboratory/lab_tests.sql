-- Question: which laboratory tests were there of treated subjects, and how severe was the worst grade after baseline?
-- Grain: one test with a value; those with most subjects of grade 3 or worse first.
-- NPOST: subjects with a value after the first infusion. NSEVERE: subjects with a grade of 3 or 4 then.
with subject as (
    select
        l.PARAMCD, l.USUBJID, min(l.PARAM) as PARAM, bool_or(l.POSTFL = 'Y') as POST,
        max(greatest(l.ATOXGRL, l.ATOXGRH)) filter (where l.POSTFL = 'Y' and l.NOTERM is null) as GRADE
    from adlb as l
    where l.AVAL is not null and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
    group by l.PARAMCD, l.USUBJID
)
select
    r.PARAMCD, coalesce(min(r.PARAM), r.PARAMCD) as PARAM,
    cast(count(*) filter (where r.POST) as integer) as NPOST,
    cast(count(*) filter (where r.GRADE >= 3) as integer) as NSEVERE,
    cast(max(r.GRADE) as integer) as WORST
from subject as r
join selected as s on s.USUBJID = r.USUBJID
where s.SAFFL = 'Y'
group by r.PARAMCD
order by NSEVERE desc, WORST desc nulls last, NPOST desc, r.PARAMCD

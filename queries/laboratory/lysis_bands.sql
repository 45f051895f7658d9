-- Question: between which values did the tests of tumour lysis of most subjects lie from day -3 to 14 of a course?
-- Grain: one test and day of the course ($course). X as in lysis_course: median, and the values that leave out a
-- quarter, and a twentieth, at each end.
with course as (
    select x.USUBJID, min(x.ASTDT) as CRSSDT
    from adex as x
    join selected as s on s.USUBJID = x.USUBJID and s.SAFFL = 'Y'
    where x.COURSE = $course
    group by x.USUBJID
),
analyte (PARAMCD, ANALYTE) as (
    values ('URATE', 'urate'), ('K', 'potassium'), ('PHOS', 'phosphate'), ('CACORR', 'calcium'), ('CREAT', null),
        ('LDH', null)
),
valued as (
    select
        l.PARAMCD, cast(l.ADT - c.CRSSDT as integer) as AFTER,
        if(a.ANALYTE is null, l.AVAL / nullif(l.ANRHI, 0), l.AVAL * u.SIFACTOR) as X
    from adlb as l
    join course as c on c.USUBJID = l.USUBJID and l.ADT between c.CRSSDT - 3 and c.CRSSDT + 13
    join analyte as a on a.PARAMCD = l.PARAMCD
    left join reference.lab_unit as u on u.ANALYTE = a.ANALYTE
        and u.UNIT = replace(replace(replace(lower(l.AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u')
    where l.ANL01FL = 'Y' and l.ADTF is null and l.AVAL >= 0 and coalesce(l.NOTERM, '') <> 'specimen is not blood'
)
select
    PARAMCD, AFTER, cast(count(*) as integer) as NSUBJ, quantile_cont(X, 0.05) as LOW, quantile_cont(X, 0.25) as LOWER,
    quantile_cont(X, 0.5) as MIDDLE, quantile_cont(X, 0.75) as UPPER, quantile_cont(X, 0.95) as HIGH
from valued
where X is not null
group by PARAMCD, AFTER
order by PARAMCD, AFTER

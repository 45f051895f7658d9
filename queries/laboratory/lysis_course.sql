-- Question: how did the tests of tumour lysis run from day -3 to 14 of a course ($course)?
-- Grain: one subject ($people: these alone, null for all), test and day of the course; of a day the last result.
-- AFTER: days since the first infusion of the course (0 is day 1). X: mmol/L, uric acid in umol/L, creatinine and LDH
-- as multiples of their upper limit of normal.
with course as (
    select x.USUBJID, min(x.ASTDT) as CRSSDT
    from adex as x
    where x.COURSE = $course and ($people is null or list_contains($people, x.USUBJID))
    group by x.USUBJID
),
spelled as (
    select
        l.USUBJID, l.PARAMCD, l.ADT, l.AVAL, l.ANRHI, cast(l.ADT - c.CRSSDT as integer) as AFTER,
        replace(replace(replace(lower(l.AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u') as UNIT,
        case l.PARAMCD when 'URATE' then 'urate' when 'K' then 'potassium' when 'PHOS' then 'phosphate'
            when 'CACORR' then 'calcium' end as ANALYTE
    from adlb as l
    join course as c on c.USUBJID = l.USUBJID and l.ADT between c.CRSSDT - 3 and c.CRSSDT + 13
    where l.PARAMCD in ('URATE', 'K', 'PHOS', 'CACORR', 'CREAT', 'LDH') and l.ANL01FL = 'Y' and l.ADTF is null
      and l.AVAL >= 0 and coalesce(l.NOTERM, '') <> 'specimen is not blood'
)
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, v.PARAMCD, v.ADT, v.AFTER,
    v.AFTER + if(v.AFTER >= 0, 1, 0) as CRSDY,
    if(v.ANALYTE is null, v.AVAL / nullif(v.ANRHI, 0), v.AVAL * u.SIFACTOR) as X
from spelled as v
join selected as s on s.USUBJID = v.USUBJID and s.SAFFL = 'Y'
left join reference.lab_unit as u on u.ANALYTE = v.ANALYTE and u.UNIT = v.UNIT
where if(v.ANALYTE is null, v.ANRHI > 0, u.SIFACTOR is not null)
order by v.PARAMCD, s.TRTAN, s.USUBJID, v.ADT

-- Question: what did the laboratory find of blasts, residual disease, neutrophils and platelets, in one unit each?
-- Grain: one LB row of such a test.
-- Reads: source.lb, trial.test_code, reference.lab_unit
-- Kept: no
-- Neutrophils and platelets in 10^9/L, marrow blasts in %; AVAL is null where the unit is not recognised. AVALQ: the
-- mark of a value that is a limit (<, >).
with laboratory as (
    select
        lb.USUBJID, lb.LBSEQ, t.ROLE, lb.LBTEST, lb.VISIT, lb.LBDT as ADT, lb.LBDTF as ADTF,
        lb.LBDTL as ADTL, coalesce(lb.LBSTRESC, lb.LBORRES, cast(lb.LBSTRESN as varchar)) as AVALC,
        coalesce(lb.LBSTRESU, lb.LBORRESU, case when suffix(coalesce(lb.LBSTRESC, lb.LBORRES), '%') then '%' end)
            as AVALU,
        nullif(translate(regexp_extract(coalesce(lb.LBSTRESC, lb.LBORRES), '^ *([<>≤≥])', 1), '≤≥', '<>'), '') as AVALQ,
        -- the number in "5", "<5", "<= 5", "5 %"; a range ("0-5") has none
        try_cast(regexp_extract(coalesce(lb.LBSTRESC, lb.LBORRES),
            '^[<>≤≥]?=? *([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?) *%?$', 1) as double) as WRITTEN,
        coalesce(lb.LBSTRESN, case when isfinite(WRITTEN) then WRITTEN end) as AVAL,
        -- the unit of that number: the original one only where the number is the original one
        coalesce(lb.LBSTRESU, case when coalesce(lb.LBSTRESC, lb.LBORRES) = lb.LBORRES
            or cast(lb.LBSTRESN as varchar) in (lb.LBORRES, lb.LBORRES || '.0') then lb.LBORRESU end) as CELLU
    from source.lb as lb
    join trial.test_code as t on t.TESTCD = upper(lb.LBTESTCD)
    where coalesce(upper(lb.LBSTAT), '') <> 'NOT DONE'
      and coalesce(lb.LBSTRESC, lb.LBORRES, cast(lb.LBSTRESN as varchar)) is not null
      and case t.ROLE
            when 'BLASTS_MARROW' then contains(upper(lb.LBSPEC), 'MARROW')
            when 'BLASTS_BLOOD' then upper(lb.LBSPEC) in ('BLOOD', 'PERIPHERAL BLOOD', 'WHOLE BLOOD')
            when 'MRD' then true
            when 'ANC' then coalesce(upper(lb.LBSPEC), 'BLOOD') not like '%MARROW%'
            when 'PLATELETS' then coalesce(upper(lb.LBSPEC), 'BLOOD') not like '%MARROW%'
          end
)
-- Blasts in per cent alone are comparable with the limits of M1, M2 and M3; counts in 10^9/L
select
    l.* exclude (AVAL, WRITTEN, CELLU),
    case when l.ROLE in ('ANC', 'PLATELETS') then case when l.AVAL >= 0 then round(l.AVAL * u.SIFACTOR, 9) end
         when l.ROLE = 'BLASTS_MARROW' then case when l.AVALU = '%' then l.AVAL
             when upper(l.AVALU) in ('FRACTION OF 1', 'FRACTION', '1') then l.AVAL * 100 end
         else l.AVAL end as AVAL
from laboratory as l
left join reference.lab_unit as u on u.ANALYTE = 'cells'
    and u.UNIT = replace(replace(replace(lower(l.CELLU), ' ', ''), 'µ', 'u'), 'μ', 'u')

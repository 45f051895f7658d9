-- Question: what did the laboratory find of blasts, residual disease, neutrophils and platelets, in one unit each?
-- Grain: one LB row of such a test.
-- Reads: labwords, source.lb, trial.settings, trial.test_code, reference.lab_unit
-- Kept: no
-- Neutrophils and platelets in 10^9/L, marrow blasts in %; AVAL is null where there is no number or the unit is not
-- recognised. AVALQ: the mark of a value that is a limit (<, >; in words by labwords). A count is read of the
-- standardised result, or of the original one (its own number in its own unit) where the standardised one is blank or a
-- number without a unit.
-- OTHERAVAL, OTHERAVALQ: the original one, where both can be read. A count without a result that is not said to be not
-- done is one that cannot be read. DOUBTFL 'Y': of an impossible size, and not read. Of several codes of one role and
-- day the first listed counts.
with signed as (
    select
        lb.* replace (coalesce(s.TEXT, lb.LBSTRESC) as LBSTRESC, coalesce(o.TEXT, lb.LBORRES) as LBORRES),
        coalesce(lb.LBSTRESC, lb.LBORRES, cast(lb.LBSTRESN as varchar)) as AVALC
    from source.lb as lb
    left join labwords as s on s.DELIVERED = lb.LBSTRESC
    left join labwords as o on o.DELIVERED = lb.LBORRES
),
laboratory as (
    select
        lb.USUBJID, lb.LBSEQ, t.ROLE, lb.LBTEST, lb.VISIT, lb.LBDT as ADT, lb.LBDTF as ADTF,
        lb.LBDTL as ADTL, lb.AVALC,
        coalesce(lb.LBSTRESU, lb.LBORRESU, case when suffix(coalesce(lb.LBSTRESC, lb.LBORRES), '%') then '%' end)
            as AVALU,
        nullif(translate(regexp_extract(coalesce(lb.LBSTRESC, lb.LBORRES), '^ *([<>≤≥])', 1), '≤≥', '<>'), '') as AVALQ,
        -- the number in "5", "<5", "<= 5", "5 %"; a range ("0-5") has none
        try_cast(regexp_extract(coalesce(lb.LBSTRESC, lb.LBORRES),
            '^[<>≤≥]?=? *([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?) *%?$', 1) as double) as WRITTEN,
        -- a percentage of a count in another unit is no result of it
        coalesce(lb.LBSTRESN, case when isfinite(WRITTEN)
            and not coalesce(suffix(coalesce(lb.LBSTRESC, lb.LBORRES), '%') and AVALU <> '%', false)
            then WRITTEN end) as AVAL,
        -- the standardised number, and its unit: the original one only where the number is the original one
        case when coalesce(lb.LBSTRESC, cast(lb.LBSTRESN as varchar)) is not null then AVAL end as STANDARD,
        coalesce(lb.LBSTRESU, case when lb.LBSTRESC = lb.LBORRES
            or cast(lb.LBSTRESN as varchar) in (lb.LBORRES, lb.LBORRES || '.0') then lb.LBORRESU end) as STANDARDU,
        try_cast(regexp_extract(lb.LBORRES,
            '^[<>≤≥]?=? *([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?) *%?$', 1) as double) as ORIGINAL,
        lb.LBORRESU as ORIGINALU, lb.LBSTRESU is null and (STANDARD is not null or lb.LBSTRESC is null) as BYORIGINAL,
        nullif(translate(regexp_extract(lb.LBORRES, '^ *([<>≤≥])', 1), '≤≥', '<>'), '') as ORIGINALQ
    from signed as lb
    join trial.test_code as t on t.TESTCD = upper(lb.LBTESTCD)
    where coalesce(upper(lb.LBSTAT), '') <> 'NOT DONE'
      and (t.ROLE in ('ANC', 'PLATELETS')
          or coalesce(lb.LBSTRESC, lb.LBORRES, cast(lb.LBSTRESN as varchar)) is not null)
      and case t.ROLE
            when 'BLASTS_MARROW' then contains(upper(lb.LBSPEC), 'MARROW')
            when 'BLASTS_BLOOD' then upper(lb.LBSPEC) in ('BLOOD', 'PERIPHERAL BLOOD', 'WHOLE BLOOD')
            when 'MRD' then true
            when 'ANC' then coalesce(upper(lb.LBSPEC), 'BLOOD') not like '%MARROW%'
            when 'PLATELETS' then coalesce(upper(lb.LBSPEC), 'BLOOD') not like '%MARROW%'
          end
    qualify t.ROLE not in ('ANC', 'PLATELETS')
        or t.RANK = min(t.RANK) over (partition by lb.USUBJID, t.ROLE, lb.LBDT)
),
unit as (
    select UNIT, SIFACTOR from reference.lab_unit where ANALYTE = 'cells'
),
counted as (
    select
        l.*, case l.ROLE when 'ANC' then x.ANCMAX when 'PLATELETS' then x.PLATMAX end as MOST,
        case when coalesce(l.STANDARD * s.SIFACTOR, l.ORIGINAL * o.SIFACTOR) >= MOST then 'Y' end as DOUBTFL,
        case when l.STANDARD >= 0 and l.STANDARD * s.SIFACTOR < MOST then round(l.STANDARD * s.SIFACTOR, 9) end
            as STANDARDCOUNT,
        case when l.ORIGINAL >= 0 and l.ORIGINAL * o.SIFACTOR < MOST then round(l.ORIGINAL * o.SIFACTOR, 9) end
            as ORIGINALCOUNT
    from laboratory as l
    cross join trial.settings as x
    left join unit as s on s.UNIT = replace(replace(replace(lower(l.STANDARDU), ' ', ''), 'µ', 'u'), 'μ', 'u')
    left join unit as o on o.UNIT = replace(replace(replace(lower(l.ORIGINALU), ' ', ''), 'µ', 'u'), 'μ', 'u')
)
-- Blasts in per cent alone are comparable with the limits of M1, M2 and M3; counts in 10^9/L
select
    * exclude (AVAL, AVALQ, WRITTEN, STANDARD, STANDARDU, STANDARDCOUNT, ORIGINAL, ORIGINALU, ORIGINALQ, ORIGINALCOUNT,
        BYORIGINAL, MOST),
    case when ROLE not in ('ANC', 'PLATELETS') or STANDARDCOUNT is not null or ORIGINALCOUNT is null then AVALQ
         else ORIGINALQ end as AVALQ,
    case when ROLE in ('ANC', 'PLATELETS') then coalesce(STANDARDCOUNT, case when BYORIGINAL then ORIGINALCOUNT end)
         when ROLE = 'BLASTS_MARROW' then case when AVALU = '%' then AVAL
             when upper(AVALU) in ('FRACTION OF 1', 'FRACTION', '1') then AVAL * 100 end
         else AVAL end as AVAL,
    case when ROLE in ('ANC', 'PLATELETS') and STANDARDCOUNT is not null then ORIGINALCOUNT end as OTHERAVAL,
    case when OTHERAVAL is not null then ORIGINALQ end as OTHERAVALQ
from counted

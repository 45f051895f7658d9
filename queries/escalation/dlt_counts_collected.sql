-- Question: were neutrophils and platelets delivered at all, by which an aplasia is seen, and transfusions?
-- Grain: one row. ANCREAD, PLATREAD: at least one of them in a unit that is read.
with count_row as (
    select t.ROLE, exists (
        select 1 from reference.lab_unit as u
        where u.ANALYTE = 'cells'
          and u.UNIT = replace(replace(replace(lower(coalesce(l.LBSTRESU, l.LBORRESU)), ' ', ''), 'µ', 'u'), 'μ', 'u')
    ) as ISREAD
    from source.lb as l
    join trial.test_code as t on t.TESTCD = upper(l.LBTESTCD) and t.ROLE in ('ANC', 'PLATELETS')
),
treatment as (
    select concat_ws('; ', CMTRT, CMDECOD, CMCAT) as TREATMENT from source.cm
    union all select concat_ws('; ', PRTRT, PRDECOD, PRCAT) from source.pr
    union all select EXTRT from source.ex
)
select
    coalesce(bool_or(ROLE = 'ANC'), false) as ANC, coalesce(bool_or(ROLE = 'PLATELETS'), false) as PLATELETS,
    coalesce(bool_or(ROLE = 'ANC' and ISREAD), false) as ANCREAD,
    coalesce(bool_or(ROLE = 'PLATELETS' and ISREAD), false) as PLATREAD,
    exists (
        select 1 from treatment as d
        join trial.transfusion as w
            on w.KIND in ('PLATELETS', 'TRANSFUSION') and regexp_matches(lower(d.TREATMENT), w.PATTERN)
    ) as TRANSFUSED
from count_row

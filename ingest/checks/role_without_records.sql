-- Question: which measurements that displays show have no record, though their domain came?
-- Grain: one role of test codes.
-- Severity: note
-- Weight: information; decision in LVEF
-- Says: no record has a test code of this role of trial.toml; its displays say "not collected in this cut".
-- Do: If it was collected under another code, add the code to the role in [test_codes] of trial.toml.
with home as (
    select * from (values
        ('LVEF', 'CV'), ('SF', 'CV'), ('GLS', 'CV'), ('TROPONIN', 'LB'), ('NTPROBNP', 'LB'), ('BLASTS_MARROW', 'LB'),
        ('BLASTS_BLOOD', 'LB'),
        ('MRD', 'LB'), ('ANC', 'LB'), ('PLATELETS', 'LB'), ('RESPONSE', 'RS'), ('PARENT_DRUG', 'PC'),
        ('METABOLITE', 'PC')
    ) as t (ROLE, DATASET)
),
came as (
    select 'CV' as DATASET, upper(CVTESTCD) as TESTCD from source.cv
    union
    select 'LB', upper(LBTESTCD) from source.lb
    union
    select 'RS', upper(RSTESTCD) from source.rs
    union
    select 'PC', upper(PCTESTCD) from source.pc
),
named as (select ROLE, string_agg(TESTCD, ', ' order by TESTCD) as CODES from trial.test_code group by ROLE)
select home.DATASET, home.ROLE as VARIABLE, cast(null as varchar) as USUBJID, cast(null as varchar) as RECORD,
    'codes looked for: ' || named.CODES as DETAIL
from home
join named on named.ROLE = home.ROLE
where home.DATASET in (select DATASET from came)
  and exists (select 1 from trial.dose_level)
  and not exists (
      select 1 from came
      join trial.test_code as t on t.TESTCD = came.TESTCD
      where came.DATASET = home.DATASET and t.ROLE = home.ROLE
  )

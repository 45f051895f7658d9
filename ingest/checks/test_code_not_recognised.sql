-- Question: which test codes stand for nothing that a display shows?
-- Grain: one record of CV, EG, RS or PC whose test code has no role.
-- Severity: left out
-- Weight: number; decision in CV
-- Says: the test code has no role in trial.toml, so no display shows its records; they are kept.
-- Do: Add the code to a role of [test_codes] in trial.toml if it is one of them.
with record as (
    select 'CV' as DATASET, USUBJID, CVTESTCD as TESTCD, CVTEST as TEST from source.cv
    union all
    select 'RS', USUBJID, RSTESTCD, RSTEST from source.rs
    union all
    select 'PC', USUBJID, PCTESTCD, PCTEST from source.pc
    union all
    select 'EG', USUBJID, EGTESTCD, EGTEST from source.eg
),
known as (
    select TESTCD from trial.test_code
    union all
    select unnest(['QT', 'RR', 'HR', 'EGHRMN', 'QTCF', 'QTCB', 'QTCFAG', 'QTCBAG', 'QTAG', 'RRAG', 'INTP'])
)
select DATASET, upper(TESTCD) as VARIABLE, USUBJID, cast(null as varchar) as RECORD, TEST as DETAIL
from record
where (TESTCD is null or upper(TESTCD) not in (select TESTCD from known))
  and not (DATASET = 'CV'
      and coalesce(upper(TESTCD) in (select upper(CVTESTCD) from cvcoded where ROLE is not null), false))

-- Question: which results of measured tests have no number?
-- Grain: one record that was done, of a test that elsewhere has numbers, without a number and without a limit such
--     as <3.
-- Severity: left out
-- Weight: number; decision in CV
-- Says: the result is text without a number; it is not drawn and not averaged.
-- Do: Ask the sponsor for the standardised numeric result.
with result as (
    select 'LB' as DATASET, USUBJID, LBSEQ as SEQ, LBTESTCD as TESTCD, LBSTRESN as NUMBER,
        coalesce(LBSTRESC, LBORRES) as TEXT, coalesce(LBSTRESU, LBORRESU, '%') as UNIT from source.lb
    union all
    select 'CV', USUBJID, CVSEQ, CVTESTCD, CVSTRESN, coalesce(CVSTRESC, CVORRES), '%' from source.cv
    union all
    select 'EG', USUBJID, EGSEQ, PARAMCD, null, TEXT, '' from egvalue where REASONCD = 'UNREADABLE'
    union all
    select 'PC', USUBJID, PCSEQ, PCTESTCD, PCSTRESN, coalesce(PCSTRESC, PCORRES), '' from source.pc
    union all
    select 'VS', USUBJID, VSSEQ, VSTESTCD, VSSTRESN, coalesce(VSSTRESC, VSORRES), '' from source.vs
),
measured as (
    select DATASET, TESTCD from result where NUMBER is not null
    union
    select distinct 'CV', cv.CVTESTCD
    from source.cv as cv
    join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
    union
    select 'EG', PARAMCD from egvalue
    union
    select 'VS', VSTESTCD from source.vs where upper(VSTESTCD) in ('HEIGHT', 'WEIGHT', 'BSA')
    union
    select 'PC', pc.PCTESTCD
    from source.pc as pc
    join trial.test_code as t on upper(pc.PCTESTCD) = t.TESTCD and t.ROLE in ('PARENT_DRUG', 'METABOLITE')
    union
    select 'LB', LBTESTCD from source.lb
    where upper(LBTESTCD) in (select LBTESTCD from reference.lab_test)
       or upper(LBTESTCD) in (select TESTCD from trial.test_code where ROLE in ('ANC', 'PLATELETS', 'BLASTS_MARROW'))
)
select DATASET, TESTCD as VARIABLE, USUBJID, DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD,
    TEXT as DETAIL
from result
join measured using (DATASET, TESTCD)
where NUMBER is null and TEXT is not null
  and not regexp_full_match(TEXT, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
  and not (UNIT = '%' and regexp_full_match(TEXT, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})? *%'))
  and not regexp_matches(TEXT, '^\s*(=?\s*[<>≤≥]|(lt|gt)\s*[0-9]|(less|more|greater|lower|higher|below|under|above|'
      || 'over|at least|at most|up to|not|no) .*[0-9]|[0-9.]+\s*((or|and) (less|lower|below|under|more|higher|greater|'
      || 'above|over)|[+])$)', 'i')
  and upper(TEXT) not in ('BLQ', 'BLOQ', 'BQL', 'LLOQ')
  and not (DATASET = 'CV' and regexp_matches(TEXT, 
      '^((LVEF|EF|LVFS|FS|SF) *[:=]? *)?[0-9.]+ *%?( *([-–—]|to) *[0-9.]+ *%?)*$', 'i'))
  and not (DATASET in ('CV', 'EG')
      and regexp_matches(TEXT, '^[0-9.]+ *(ms|msec|%)?( *([-–—]|to) *[0-9.]+ *(ms|msec|%)?)?$', 'i'))

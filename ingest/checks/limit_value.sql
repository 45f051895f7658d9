-- Question: which results are limits, such as <3, or ranges of the heart, such as 55-60?
-- Grain: one result below or above what the assay can tell, or one range.
-- Severity: note
-- Weight: information; decision in CV
-- Says: the result is a limit or a range, not a value; it is shown as delivered, and of the heart only what every value
--     in it has is assessed.
-- Do: Nothing, unless a change from baseline depends on it.
with result as (
    select 'LB' as DATASET, USUBJID, LBSEQ as SEQ, LBTESTCD as TESTCD, coalesce(LBSTRESC, LBORRES) as TEXT
        from source.lb
    union all
    select 'CV', USUBJID, CVSEQ, CVTESTCD, coalesce(CVSTRESC, CVORRES) from source.cv
    union all
    select 'EG', USUBJID, EGSEQ, EGTESTCD, coalesce(EGSTRESC, EGORRES) from source.eg
    union all
    select 'PC', USUBJID, PCSEQ, PCTESTCD, coalesce(PCSTRESC, PCORRES) from source.pc
)
select DATASET, TESTCD as VARIABLE, USUBJID, DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD,
    TEXT as DETAIL
from result
where regexp_matches(TEXT, '^\s*(=?\s*[<>≤≥]|(lt|gt)\s*[0-9]|(less|more|greater|lower|higher|below|under|above|over|'
      || 'at least|at most|up to|not|no) .*[0-9]|[0-9.]+\s*((or|and) (less|lower|below|under|more|higher|greater|'
      || 'above|over)|[+])$)', 'i')
   or upper(TEXT) in ('BLQ', 'BLOQ', 'BQL', 'LLOQ')
   or (DATASET in ('CV', 'EG') and regexp_matches(TEXT, '^[0-9.]+ *[a-z%]* *([-–—]|to) *[0-9.]+ *[a-z%]*$', 'i'))

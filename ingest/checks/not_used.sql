-- Question: which datasets came that no display uses?
-- Grain: one dataset.
-- Severity: note
-- Weight: information
-- Says: the dataset is kept as delivered; no display uses it.
-- Do: Nothing.
select upper(d.DATASET) as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID,
    cast(null as varchar) as RECORD, d.NROWS || ' records' as DETAIL
from ingest.dataset as d
where d.SCHEMANAM = 'sdtm' and d.DATASET not like 'supp%'
  -- a survival status tells of deaths
  and lower(d.DATASET) <> 'ss'
  and upper(d.DATASET) not in (select DATASET from ingest.expected)

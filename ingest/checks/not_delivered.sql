-- Question: which datasets that displays use did not come?
-- Grain: one dataset.
-- Severity: note
-- Weight: information; decision in AE, CV, DM, DS, EX
-- Says: the dataset was not delivered, or has no records; its displays say "not collected in this cut", or count none
--     where it came without a record.
-- Do: Ask the sponsor if the trial collects it.
select e.DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID, cast(null as varchar) as RECORD,
    e.USEDFOR as DETAIL
from ingest.expected as e
where not exists (select 1 from ingest.dataset as d where lower(d.DATASET) = lower(e.DATASET) and d.NROWS > 0)
  and not exists (
      select 1 from ingest.file as f where lower(f.DATASET) = lower(e.DATASET) and f.STATUS like 'not read%')

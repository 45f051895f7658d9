-- Question: was exposure delivered as collected (EC) and not as analysed (EX)?
-- Grain: one dataset.
-- Severity: doubtful
-- Weight: decision
-- Says: exposure was delivered as collected (EC) and not as EX; no infusion is read from it, and nobody counts as
--     treated.
-- Do: Ask the sponsor for EX.
select 'EC' as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID,
    cast(null as varchar) as RECORD, 'no EX' as DETAIL
from ingest.dataset
where upper(DATASET) = 'EC' and not exists (select 1 from source.ex)

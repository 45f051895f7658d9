-- Question: did any subject come?
-- Grain: one row where DM has no records.
-- Severity: doubtful
-- Weight: decision
-- Says: DM holds no subject; every display is empty.
-- Do: Check that the files are those of this cut.
select 'DM' as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID,
    cast(null as varchar) as RECORD, cast(null as varchar) as DETAIL
from trial.cut
where not exists (select 1 from source.dm)

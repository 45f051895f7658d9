-- Question: which infusions have no dose?
-- Grain: one exposure record without a dose.
-- Severity: doubtful
-- Says: the dose is missing; the infusion is counted as given, the dose of its course and the cumulative dose from
--     then on are unknown.
-- Do: Ask the sponsor for the dose.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, EXSTDTC as DETAIL
from source.ex
where EXDOSE is null and upper(coalesce(EXOCCUR, 'Y')) <> 'N'

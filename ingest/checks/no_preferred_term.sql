-- Question: which adverse events have no preferred term?
-- Grain: one adverse event.
-- Severity: note
-- Weight: number
-- Says: AEDECOD is blank; the event is counted under the term as reported.
-- Do: Ask the sponsor for the coded term.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD, coalesce(AETERM, 'no term at all') as DETAIL
from source.ae
where AEDECOD is null

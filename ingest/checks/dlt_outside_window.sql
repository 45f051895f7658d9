-- Question: which events judged a DLT began outside the DLT window?
-- Grain: one adverse event.
-- Severity: doubtful
-- Says: the event was adjudicated as a DLT although it began before the first infusion or after the DLT window; it
--     is counted as adjudicated.
-- Do: Ask the sponsor to confirm the adjudication and the onset.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || AESEQ as RECORD,
    concat_ws(', ', AEDECOD, 'onset ' || AESTDTC, 'day ' || ADY) as DETAIL
from adae
where DLTFL = 'Y' and DLTWINFL is distinct from 'Y'

-- Question: which events judged a DLT began outside the DLT window?
-- Grain: one adverse event.
-- Severity: doubtful
-- Says: the event was judged a DLT though it began before the first infusion or after the DLT window; the judgement stands.
-- Do: Ask the sponsor to confirm the judgement and the onset.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || AESEQ as RECORD, concat_ws(', ', AEDECOD, 'onset ' || AESTDTC, 'day ' || ADY) as DETAIL
from adae
where DLTFL = 'Y' and DLTWINFL is distinct from 'Y'

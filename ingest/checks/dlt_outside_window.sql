-- Question: which events judged a DLT began after the DLT window?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event was adjudicated as a DLT although it began after the DLT window; it counts as trial.toml says
--     (after_window of [dlt]), not in the rate of the first dose level where it began in a later course at another
--     dose.
-- Do: Ask the sponsor to confirm the adjudication and the onset.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'onset ' || AESTDTC, 'day ' || ADY) as DETAIL
from adae
where DLTFL = 'Y' and DLTPLACE in ('AFTER', 'OTHER DOSE')

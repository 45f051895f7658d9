-- Question: which adverse events have no date of onset?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number; decision where not known to be grade 1 or 2
-- Says: the event has no date of onset that can be read; it is taken as after the first infusion and in the DLT window
--     unless its end lies before.
-- Do: Ask the sponsor for the date, or for the month or year of it.
select 'AE' as DATASET, 'AESTDTC' as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'grade ' || ATOXGR, AESTDTC) as DETAIL, coalesce(ATOXGR >= 3, true) as DECIDES
from adae
where ASTDT is null

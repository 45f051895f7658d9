-- Question: which events judged a DLT began before the first infusion, or in a subject never treated?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event was adjudicated as a DLT although it began before the first infusion; it is not counted, and its
--     subject is pending until the date is resolved.
-- Do: Ask the sponsor for the onset, for the date of its worsening, or for the adjudication.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'onset ' || AESTDTC, 'day ' || ADY) as DETAIL
from adae
where DLTFL = 'Y' and USUBJID in (select USUBJID from adsl) and (DLTPLACE = 'BEFORE' or (DLTPLACE is null
    -- of a first infusion whose day is not known, another finding tells
    and USUBJID not in (select USUBJID from adsl where FIRSTCD is not null)))

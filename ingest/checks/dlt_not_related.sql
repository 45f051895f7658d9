-- Question: which events adjudicated a DLT are called not related to the study drug?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: decision
-- Says: the event was adjudicated as a DLT although the investigator calls it not related to the study drug; it is
--     counted as a DLT.
-- Do: Ask the sponsor which holds: the relation to the study drug, or the adjudication.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, AEREL, DLTRS) as DETAIL
from adae
where DLTFL = 'Y' and RELFL = 'N'

-- Question: which infusions have no date?
-- Grain: one exposure record without a date that can be read.
-- Severity: left out
-- Weight: decision
-- Says: the infusion has no date that can be read; it is in no course and no cumulative dose. A subject without a dated
--     infusion counts as treated and is pending.
-- Do: Ask the site for the date.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, concat_ws(' ', EXDOSE, EXDOSU) as DETAIL
from exdrug
where DRUGCD <> 'OTHER' and EXSTDT is null and GIVENFL = 'Y'

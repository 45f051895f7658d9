-- Question: which periods of dosing have no end?
-- Grain: one exposure record without an end.
-- Severity: note
-- Weight: number
-- Says: the end is missing; an infusion is taken to end on its day, daily dosing at home when the subject left the
--     study, else at the cut.
-- Do: Ask the site for the end.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, 'from ' || EXSTDTC as DETAIL
from exdrug
where DRUGCD <> 'OTHER' and EXSTDT is not null and EXENDT is null
  and GIVENFL = 'Y'

-- Question: which transplants and later therapies cannot be placed in time?
-- Grain: one record of CM or PR that the trial names so, without a date that tells whether it came after the start.
-- Severity: doubtful
-- Weight: decision
-- Says: the treatment is a transplant or later therapy by its name or category, but its date does not tell whether it
--     began after the first infusion; assessments count as if it had not begun.
-- Do: Ask the site for the start of the therapy.
select DATASET, DATASET || 'STDTC' as VARIABLE, USUBJID, DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar)
    as RECORD, concat_ws(', ', NAME, coalesce(STDTC, 'no date')) as DETAIL
from therapytold
where STATUS = 'UNCLEAR'

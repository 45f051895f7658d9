-- Question: who ended treatment for toxicity in the DLT window without an event that was adjudicated?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the disposition gives toxicity as the reason for the end of treatment or study, and no event in the DLT window
--     explains it: none of grade 3 or worse adjudicated, none of grade 1 or 2 for which the drug was stopped; the
--     subject is pending.
-- Do: Ask the sponsor for the event, and for its adjudication.
select 'DS' as DATASET, 'DSDECOD' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws(', ', STOPREAS, coalesce('day ' || STOPADY, 'day not known')) as DETAIL
from addl
where list_contains(string_split(PENDCD, ';'), 'STOPPED')

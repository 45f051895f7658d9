-- Question: which subjects were given more than planned in the first course?
-- Grain: one treated subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the dose of course 1 is above the planned dose by more than the tolerance of the trial definition
--     (dlt.dose_tolerance); the subject stays evaluable and is named.
-- Do: Ask the site to confirm the doses and the number of infusions.
select 'EX' as DATASET, 'EXDOSE' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws(', ', printf('%g', round(GIVEDOSE, 3)) || ' of ' || printf('%g', PLANDOSE),
        'infusions: ' || NDOSE1) as DETAIL
from adexsum
-- without planned levels there is no planned course
where DOSECD = 'ABOVE' and exists (select 1 from trial.dose_level)

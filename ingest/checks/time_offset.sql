-- Question: whose times carry an offset from UTC and are brought to one clock?
-- Grain: one subject.
-- Severity: note
-- Weight: information
-- Says: times carry an offset from UTC; they are compared on the clock of the subject's first infusion. Dates are shown
--     as written.
-- Do: Nothing, if the offsets are right.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    printf('UTC%+d min', MINUTES) as DETAIL
from delivered_clock
where KIND = 'OFFSET'

-- Question: who had an earlier anthracycline whose cumulative dose is not known?
-- Grain: one subject.
-- Severity: doubtful
-- Says: an earlier anthracycline came without a dose; the sum of earlier anthracyclines is a lower limit.
-- Do: Ask the site for the cumulative dose.
select 'CM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD, PANTMISS || ' without a dose' as DETAIL
from adsl
where PANTMISS > 0

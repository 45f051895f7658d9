-- Question: who had a prior anthracycline whose cumulative dose is not known?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: number
-- Says: a prior anthracycline was delivered without a dose in mg/m²; the sum of prior anthracyclines is a lower limit.
-- Do: Ask the site for the cumulative dose in mg/m².
select 'CM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    PANTMISS || ' without a dose in mg/m²' as DETAIL
from adsl
where PANTMISS > 0

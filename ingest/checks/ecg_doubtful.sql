-- Question: which results of the ECG are numbers that nobody can be sure of?
-- Grain: one QT, corrected or not, RR interval or heart rate with a number.
-- Severity: left out
-- Weight: number
-- Says: the unit is not known, no QT or heart rate is of that size, or the number and the text of the record differ; it
--     is not assessed.
-- Do: Ask the sponsor for the value in its unit.
select 'EG' as DATASET, PARAMCD as VARIABLE, USUBJID, 'EGSEQ ' || cast(cast(EGSEQ as bigint) as varchar) as RECORD,
    concat_ws(' ', TEXT, UNIT) as DETAIL
from egvalue
where REASONCD in ('UNKNOWN UNIT', 'DOUBTFUL')

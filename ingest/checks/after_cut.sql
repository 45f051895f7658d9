-- Question: which records are dated after the data cut?
-- Grain: one date after the cut date, read at its earliest day.
-- Severity: doubtful
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the date is after the data cut; the record is kept and counted, but a death is not.
-- Do: Check the cut date, and ask the sponsor whether the delivery was cut at it.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
cross join trial.cut
where DT > CUTDT

-- Question: of whom was no height delivered, though creatinine was and others have a height?
-- Grain: one treated subject.
-- Severity: left out
-- Weight: number
-- Says: no height with a unit and a full date was delivered; GFR is not estimated.
-- Do: Ask the sponsor for the height.
select 'VS' as DATASET, 'HEIGHT' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, 'no height' as DETAIL
from adsl
where SAFFL = 'Y'
  and USUBJID in (select USUBJID from adlb where PARAMCD = 'CREAT' and AVAL is not null)
  and USUBJID not in (select USUBJID from body where TESTCD = 'HEIGHT' and AVAL is not null)
  and exists (select 1 from body where TESTCD = 'HEIGHT')

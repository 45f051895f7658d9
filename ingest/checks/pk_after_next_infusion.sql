-- Question: which samples were drawn after the start of the next infusion?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the sample was drawn after the start of the next infusion, so it tells of both; the analysis does not use it.
-- Do: Ask the site whether the times of the sample and of the next infusion are right.
select 'PC' as DATASET, 'PCDTC' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    printf('course %d day %d, %.4g h', p.COURSE, p.COURSEDY, p.HOUR) as DETAIL
from pkprofile as p
where p.REASON = 'LATER'

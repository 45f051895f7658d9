-- Question: which concentrations of one time differ?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: there are several results of one analyte and time, and they differ; the analysis uses none of them.
-- Do: Ask the sponsor which result counts, and for its flag of exclusion on the others.
select 'PC' as DATASET, 'PCSTRESN' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    printf('course %d day %d, %.4g h: %.4g ng/mL', p.COURSE, p.COURSEDY, p.HOUR, p.CONC) as DETAIL
from pkprofile as p
where p.REASON = 'DIFFERENT'

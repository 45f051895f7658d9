-- Question: which imaging methods of the heart does the trial's definition not list?
-- Grain: one result of ejection fraction, shortening fraction or strain.
-- Severity: doubtful
-- Weight: decision
-- Says: the imaging method is spelled in none of the lists of the trial's definition; its values are compared with each
--     other alone, never with an echocardiogram.
-- Do: Add the spelling to [imaging_methods] of trial.toml, under its method.
select 'CV' as DATASET, cv.CVTESTCD as VARIABLE, cv.USUBJID,
    'CVSEQ ' || cast(cast(cv.CVSEQ as bigint) as varchar) as RECORD, cv.CVMETHOD as DETAIL
from source.cv as cv
join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
where cv.CVMETHOD is not null
  and regexp_replace(lower(cv.CVMETHOD), '[^a-z0-9]', '', 'g') not in (select SPELLING from trial.imaging_method)

-- Question: which results of imaging the heart do not say by which method?
-- Grain: one result of ejection fraction, shortening fraction or strain.
-- Severity: doubtful
-- Weight: decision
-- Says: the imaging method is not stated; the value is compared with no value of a stated method, and with others
--     without a method only where no result of the cut states one.
-- Do: Ask the sponsor for the method (CVMETHOD).
select 'CV' as DATASET, cv.CVTESTCD as VARIABLE, cv.USUBJID,
    'CVSEQ ' || cast(cast(cv.CVSEQ as bigint) as varchar) as RECORD,
    coalesce(cv.CVSTRESC, cast(cv.CVSTRESN as varchar), cv.CVORRES) as DETAIL
from source.cv as cv
join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
where cv.CVMETHOD is null and coalesce(cv.CVSTRESC, cast(cv.CVSTRESN as varchar), cv.CVORRES) is not null

-- Question: which response assessments of one reader on one day differ?
-- Grain: one assessment that gives way to a less favourable one of the day.
-- Severity: doubtful
-- Weight: number
-- Says: the same reader gave several responses on the day; the one that the sponsor marks as accepted counts, else the
--     least favourable.
-- Do: Ask the site which is right.
select 'RS' as DATASET, 'RSSTRESC' as VARIABLE, USUBJID, 'RSSEQ ' || cast(cast(RSSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', AVALC, cast(ADT as varchar), RSEVAL) as DETAIL
from rsread
where SAMEDAY and DIFFERS

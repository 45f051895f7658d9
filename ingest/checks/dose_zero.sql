-- Question: which exposure records say that nothing was given?
-- Grain: one exposure record of the study drug with dose 0, or marked as not given.
-- Severity: left out
-- Weight: number
-- Says: the dose is 0 or marked as not given, so the record is not counted as an infusion.
-- Do: Nothing, if the dose was missed or withheld.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, concat_ws(', ', EXSTDTC, EXADJ) as DETAIL
from exdrug
where DRUGCD <> 'OTHER' and GIVENFL = 'N'

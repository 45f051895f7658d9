-- Question: which infusions have no dose?
-- Grain: one exposure record without a dose.
-- Severity: doubtful
-- Weight: number; decision where of course 1 or undated
-- Says: the dose is missing; the infusion is counted as given, the dose of its course and the cumulative dose from
--     then on are unknown.
-- Do: Ask the sponsor for the dose.
select 'EX' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'EXSEQ ' || cast(cast(EXSEQ as bigint) as varchar) as RECORD, EXSTDTC as DETAIL,
    coalesce((
        select min(e.COURSE) from adex as e where e.USUBJID = x.USUBJID and e.EXSEQ is not distinct from x.EXSEQ
    ), 1) = 1 as DECIDES
from exdrug as x
where DRUGCD <> 'OTHER' and EXDOSE is null and GIVENFL = 'Y'

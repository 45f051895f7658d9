-- Question: which adverse events came without a grade?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number; decision where in the DLT window, not adjudicated and not unrelated to the study drug
-- Says: AE without a grade; a fatal event counts as grade 5, a life-threatening one as grade 4, any other as ungraded
--     (in the DLT window it leaves its subject pending unless it is unrelated to the study drug or adjudicated).
-- Do: Ask the sponsor for the CTCAE grade.
select 'AE' as DATASET, 'AETOXGR' as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, lower(AESEV), 'counts as grade ' || ATOXGR || ' (' || lower(ATOXGRIM) || ')') as DETAIL,
    DLTWINFL = 'Y' and DLTFL is null and RELFL is distinct from 'N' as DECIDES
from adae
where AETOXGR is null

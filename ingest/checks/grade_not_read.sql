-- Question: which toxicity grades are none of 1 to 5?
-- Grain: one adverse event.
-- Severity: left out
-- Weight: number; decision where in the DLT window, not adjudicated, and not unrelated to the study drug or perhaps
--     3 or more
-- Says: the grade is not 1 to 5; the event is counted as not graded, and if the text may say so as grade 3 or
--     worse.
-- Do: Ask the sponsor for the CTCAE grade.
select 'AE' as DATASET, 'AETOXGR' as VARIABLE, USUBJID, 'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    AETOXGR as DETAIL,
    exists (
        select 1 from adae as a
        where a.USUBJID = e.USUBJID and a.SRCSEQ is not distinct from cast(e.AESEQ as integer)
          and a.DLTWINFL = 'Y' and a.DLTFL is null and (a.RELFL is distinct from 'N' or a.GR3FL = 'Y')
    ) as DECIDES
from source.ae as e
where AETOXGR is not null and AETOXGRN is null

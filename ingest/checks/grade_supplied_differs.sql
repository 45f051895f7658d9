-- Question: which adverse events have one grade in AE and another in SUPPAE?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number; decision where in the DLT window
-- Says: the grade in AE and the one in its supplemental values differ; the worse counts.
-- Do: Ask the sponsor which grade is right.
select 'AE' as DATASET, 'AETOXGR' as VARIABLE, USUBJID,
    'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', coalesce(AEDECOD, AETERM), 'AE: ' || AETOXGR, 'SUPPAE: ' || SUPPGR) as DETAIL,
    exists (
        select 1 from adae as a
        where a.USUBJID = e.USUBJID and a.SRCSEQ is not distinct from cast(e.AESEQ as integer) and a.DLTWINFL = 'Y'
    ) as DECIDES
from aegrade as e
where SUPPGR is not null

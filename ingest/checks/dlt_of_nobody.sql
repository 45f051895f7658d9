-- Question: which DLTs were adjudicated of a subject that DM lacks?
-- Grain: one adverse event, or one supplemental record of AE.
-- Severity: left out
-- Weight: decision
-- Says: a DLT was adjudicated of a subject that is not in DM; it cannot be counted at any dose, and no higher dose is
--     recommended.
-- Do: Ask the sponsor whose DLT this is.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, 'onset ' || AESTDTC, 'grade ' || ATOXGR) as DETAIL
from adae
where DLTFL = 'Y' and (USUBJID is null or USUBJID not in (select USUBJID from adsl))
union all
select 'SUPPAE', QNAM, USUBJID, concat_ws(' ', IDVAR, IDVARVAL), QVAL
from dltverdict
where MAYBE and (USUBJID is null or USUBJID not in (select USUBJID from adsl))
  and not exists (select 1 from adae as a where a.USUBJID = dltverdict.USUBJID and a.DLTFL = 'Y')

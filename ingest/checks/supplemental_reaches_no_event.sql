-- Question: which supplemental values of adverse events name their event by something other than AESEQ?
-- Grain: one supplemental record of AE.
-- Severity: left out
-- Weight: decision
-- Says: the supplemental value identifies its event by a variable other than AESEQ, so it matches no event; it is
--     not counted.
-- Do: Ask the sponsor for supplemental records by AESEQ; a DLT adjudication among them is missing here.
select 'SUPPAE' as DATASET, upper(QNAM) as VARIABLE, USUBJID,
    coalesce(concat_ws(' ', IDVAR, IDVARVAL), 'no IDVAR') as RECORD, QVAL as DETAIL
from source.supp
where upper(RDOMAIN) = 'AE' and upper(coalesce(IDVAR, '')) <> 'AESEQ'

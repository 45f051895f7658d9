-- Question: which supplemental values of adverse events name their event by something other than AESEQ?
-- Grain: one supplemental record of AE.
-- Severity: left out
-- Says: the supplemental value names its event by another variable than AESEQ, so it reaches no event; nothing counts it.
-- Do: Ask the sponsor for supplemental records by AESEQ; a judgement of a DLT among them is missing here.
select 'SUPPAE' as DATASET, upper(QNAM) as VARIABLE, USUBJID, coalesce(concat_ws(' ', IDVAR, IDVARVAL), 'no IDVAR') as RECORD, QVAL as DETAIL
from source.supp
where upper(RDOMAIN) = 'AE' and upper(coalesce(IDVAR, '')) <> 'AESEQ'

-- Question: which supplemental values of adverse events name their event by something other than AESEQ?
-- Grain: one supplemental record of AE.
-- Severity: left out
-- Weight: decision
-- Says: the supplemental value identifies its event by a variable other than AESEQ, so it matches no event; it is
--     not counted.
-- Do: Ask the sponsor for supplemental records by AESEQ; a DLT adjudication among them is missing here.
select 'SUPPAE' as DATASET, upper(QNAM) as VARIABLE, USUBJID,
    coalesce(concat_ws(' ', IDVAR, IDVARVAL), 'no IDVAR') as RECORD, QVAL as DETAIL
from source.supp as s
where upper(RDOMAIN) = 'AE' and upper(coalesce(IDVAR, '')) <> 'AESEQ'
  -- a grade, an outcome or a criterion of seriousness is read by AESPID too
  and not (upper(coalesce(IDVAR, '')) = 'AESPID' and upper(QNAM) in ('AETOXGR', 'AEMAXGR', 'AEOUT', 'AESDTH', 'AESLIFE')
      and exists (select 1 from source.ae as e where e.USUBJID = s.USUBJID and e.AESPID = s.IDVARVAL))

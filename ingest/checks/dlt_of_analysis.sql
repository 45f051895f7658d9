-- Question: which DLTs were adjudicated in the sponsor's ADAE alone?
-- Grain: one value of ADAE that says that an event was a DLT, and that neither SUPPAE nor AE says.
-- Severity: note
-- Weight: decision
-- Says: the DLT adjudication is in ADAE and not in SDTM; it counts.
-- Do: Ask the sponsor for the adjudication in SUPPAE.
select 'ADAE' as DATASET, s.QNAM as VARIABLE, s.USUBJID, s.IDVAR || ' ' || s.IDVARVAL as RECORD, s.QVAL as DETAIL
from aesupp as s
join aerow as e on e.AEROW = s.AEROW
where s.QLABEL = 'ADAE' and s.QNAM in (select QNAM from trial.flag where FLAG = 'DLT')
  and upper(left(trim(s.QVAL), 1)) = 'Y'
  and not exists (
      select 1 from aesupp as o
      where o.AEROW = s.AEROW and o.QLABEL is distinct from 'ADAE' and upper(left(trim(o.QVAL), 1)) = 'Y'
        and o.QNAM in (select QNAM from trial.flag where FLAG = 'DLT'))
  and coalesce(upper(left(coalesce(e.DLTFL, e.AEDLT, e.DLT), 1)), '') <> 'Y'
  and exists (select 1 from ingest.dataset as d where d.DATASET = 'ae' and d.SOURCE is null)

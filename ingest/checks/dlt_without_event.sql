-- Question: which DLTs were adjudicated of an event that was not delivered?
-- Grain: one supplemental record of AE.
-- Severity: doubtful
-- Weight: decision
-- Says: a DLT was adjudicated of an event that AE does not hold; its subject is pending.
-- Do: Ask the sponsor for the event, or for the record by its AESEQ.
select 'SUPPAE' as DATASET, upper(s.QNAM) as VARIABLE, s.USUBJID,
    coalesce(nullif(concat_ws(' ', s.IDVAR, s.IDVARVAL), ''), 'no IDVAR') as RECORD, s.QVAL as DETAIL
from source.supp as s
join trial.flag as f on f.FLAG = 'DLT' and f.QNAM = upper(s.QNAM)
left join adae as e on e.USUBJID = s.USUBJID and upper(coalesce(s.IDVAR, '')) = 'AESEQ'
    and cast(e.AESEQ as double) = s.IDVARVALN
where upper(s.RDOMAIN) = 'AE' and upper(trim(s.QVAL)) in ('Y', 'YES') and e.USUBJID is null

-- Question: which times of day cannot be read?
-- Grain: one date with a time that is no time of the day, or an hour alone, where no offset from UTC is the reason.
-- Severity: note
-- Weight: number
-- Says: the time cannot be read and is not used; the date is.
-- Do: Ask the sponsor for the time in ISO 8601 (2007-11-30T09:30).
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
where DT is not null and DTF is null and DTM is null and regexp_matches(TEXT, '[T ].*[0-9]')
  and not regexp_matches(TEXT, ':[0-9.:]+ *(Z|[+-][0-9:]+)$')
  and coalesce(USUBJID, '') not in (select USUBJID from delivered_clock where KIND <> 'LOCAL')

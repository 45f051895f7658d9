-- Question: which times cannot be compared, because only some of a subject's times have an offset from UTC?
-- Grain: one date with such a time.
-- Severity: doubtful
-- Weight: number
-- Says: only some of the subject's times carry an offset from UTC, so this time cannot be compared with the
--     infusions; it is not used, the date is.
-- Do: Ask the sponsor for offsets in all times, or in none.
select DATASET, VARIABLE, USUBJID, RECORD, TEXT as DETAIL
from delivered_date
where DT is not null and DTF is null and DTM is null and regexp_matches(TEXT, '[T ].*[0-9]')
  and (regexp_matches(TEXT, ':[0-9.:]+ *(Z|[+-][0-9:]+)$')
      or USUBJID in (select USUBJID from delivered_clock where KIND <> 'LOCAL'))

-- Question: which QTcF above 500 ms in the DLT window are reported in no cardiac event?
-- Grain: one ECG time point.
-- Severity: doubtful
-- Weight: decision
-- Says: the QTcF is above 500 ms (CTCAE grade 3 or worse) in the DLT window, and no cardiac adverse event was reported
--     in it; the subject has no DLT by it until an event is reported and adjudicated.
-- Do: Ask the sponsor for the event, and for its adjudication.
select 'EG' as DATASET, 'EGSTRESN' as VARIABLE, v.USUBJID, concat_ws(' ', v.AVISIT, v.ATPT) as RECORD,
    concat_ws(', ', 'QTcF ' || round(v.AVAL, 1) || ' ms', coalesce('day ' || v.ADY, 'day not known')) as DETAIL
from adeg as v
join adsl as s on s.USUBJID = v.USUBJID
cross join trial.settings as t
where v.PARAMCD = 'QTCF' and v.POSTFL = 'Y' and v.AVAL > 500
  and v.ADT <= s.TRTSDT + cast(t.DLTDAYS - 1 as integer)
  and not exists (
      select 1 from adae as e
      where e.USUBJID = v.USUBJID and e.CARDFL = 'Y' and e.TRTEMFL = 'Y' and coalesce(e.DLTWINFL, 'Y') = 'Y'
  )

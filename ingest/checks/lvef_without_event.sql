-- Question: which ejection fractions of CTCAE grade 3 or worse in the DLT window are reported in no cardiac event?
-- Grain: one ejection fraction in use.
-- Severity: doubtful
-- Weight: decision
-- Says: the LVEF is of CTCAE grade 3 or worse in the DLT window, and no cardiac adverse event was reported in it; the
--     subject has no DLT by it until an event is reported and adjudicated.
-- Do: Ask the sponsor for the event, and for its adjudication.
select 'CV' as DATASET, 'CVSTRESN' as VARIABLE, v.USUBJID, 'CVSEQ ' || v.SRCSEQ as RECORD,
    concat_ws(', ', 'LVEF ' || coalesce(printf('%g', v.AVAL), v.AVALC) || ' %',
        coalesce('baseline ' || printf('%g', v.BASE) || ' %', 'no baseline'),
        'grade ' || v.ATOXGR || ' by LVEF', coalesce('day ' || v.ADY, 'day not known')) as DETAIL
from adcv as v
join adsl as s on s.USUBJID = v.USUBJID
cross join trial.settings as t
where v.PARAMCD = 'LVEF' and v.JUDGEFL = 'Y' and v.ATOXGR >= 3
  and coalesce(v.BEFOREFL, 'N') = 'N' and coalesce(v.FLAGFL, 'N') = 'N'
  -- a partial date may lie in the window
  and v.ADT <= s.TRTSDT + cast(t.DLTDAYS - 1 as integer)
  -- a heart of that grade before, that did not fall by 20 points more
  and not (v.ATOXGR = 3 and coalesce(v.BASE < 40 and v.CHG > -20, false))
  and not exists (
      select 1 from adae as e
      where e.USUBJID = v.USUBJID and e.CARDFL = 'Y' and e.TRTEMFL = 'Y' and coalesce(e.DLTWINFL, 'Y') = 'Y'
  )

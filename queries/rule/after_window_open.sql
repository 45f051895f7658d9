-- Question: which events and deaths after the DLT window could still be adjudicated a DLT, before any later course?
-- Grain: one event, or one death without a settled cause. The reader's filters do not apply: a rule reads everybody.
select l.USUBJID, a.SUBJID, a.TRTA, l.KIND, l.TERM, l.ATOXGR, l.ADY, l.LADY, l.CAUSE
from adlate as l
join adsl as a on a.USUBJID = l.USUBJID
-- a supposed DLT settles it
join addl as d on d.USUBJID = l.USUBJID and d.DLTSTAT <> 'DLT'
order by a.TRTSDT, l.USUBJID, l.ADY, l.KIND, l.AESEQ

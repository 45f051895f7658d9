-- Question: which delivered results of the ECG are in no row of adeg, and why?
-- Grain: one delivered record of QT, RR, heart rate or a corrected QT that gives no value.
-- Reads: adeg, adsl, egvalue
-- REASONCD: AFTER DEATH, NO RESULT, LIMIT, UNREADABLE, UNKNOWN UNIT, DOUBTFUL. BEFOREFL: surely before the first
-- infusion (Y) or surely after it (N). LEASTMS, MOSTMS: the least and the most that a corrected QT can be, as far as it
-- is delivered.
-- DERFL = 'Y': of that time point the same correction was derived from QT and RR, and is in adeg.
select
    e.USUBJID, e.PARAMCD, e.EGDT as ADT, e.EGDTF as ADTF, e.VISIT as AVISIT, e.TEXT as AVALC, e.UNIT as AVALU,
    e.REASONCD,
    case when e.EGDTL < s.TRTSDT or e.EGDTM <= s.TRTSDTM then 'Y'
         when e.EGDT > s.TRTSDT or e.EGDTM > s.TRTSDTM then 'N' end as BEFOREFL,
    e.LEASTMS, e.MOSTMS,
    case when exists (
        select 1 from adeg as d
        where d.USUBJID = e.USUBJID and d.PARAMCD = e.PARAMCD and d.DERFL = 'Y' and d.ADT = e.EGDT
          and d.ATPT is not distinct from e.EGTPT and d.ATPTN is not distinct from e.EGTPTNUM
          and d.VISITNUM is not distinct from e.VISITNUM
          and coalesce(abs(epoch(d.ADTM) - epoch(e.EGDTM)) <= 1800, true)
    ) then 'Y' end as DERFL,
    cast(e.EGSEQ as integer) as SRCSEQ
from egvalue as e
left join adsl as s on s.USUBJID = e.USUBJID
where e.REASONCD is not null
order by e.USUBJID, e.PARAMCD, e.EGDT, e.EGSEQ

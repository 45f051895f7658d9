-- Question: which delivered results of the ECG are in no row of adeg, and why?
-- Grain: one delivered record of QT, RR, heart rate or a corrected QT that gives no value.
-- Reads: adsl, egvalue
-- REASONCD: AFTER DEATH, NO RESULT, LIMIT, UNREADABLE, UNKNOWN UNIT. BEFOREFL: surely before the first infusion (Y).
select
    e.USUBJID, e.PARAMCD, e.EGDT as ADT, e.EGDTF as ADTF, e.VISIT as AVISIT, e.TEXT as AVALC, e.UNIT as AVALU,
    e.REASONCD,
    case when e.EGDTL < s.TRTSDT then 'Y' end as BEFOREFL,
    cast(e.EGSEQ as integer) as SRCSEQ
from egvalue as e
left join adsl as s on s.USUBJID = e.USUBJID
where e.REASONCD is not null
order by e.USUBJID, e.PARAMCD, e.EGDT, e.EGSEQ

-- Question: which ejection fractions that were set aside would change a grade or a category of CTRCD, and to what?
-- Grain: one LVEF set aside (another reader, or several results of a day), with the one used. CHANGEAS 'VALUE': its own
--     day would have the grade and category; 'BASELINE': as baseline, the day LATERDT would have them.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, o.ADT, o.AVALC, o.AVALU, o.SERIES,
    o.CVEVAL, o.REASONCD, o.USEDVAL, o.USEDEVAL, o.CHANGEAS, o.LATERDT,
    o.ATOXGR, o.ATOXGRQ, o.CTRCD, o.CTRCDQ, o.CTRCDPOS, o.USEDGR, o.USEDCTRCD, o.USEDPOS
from adcvout as o
join selected as s on s.USUBJID = o.USUBJID
where s.SAFFL = 'Y' and o.PARAMCD = 'LVEF' and o.CHANGEFL = 'Y'
order by s.TRTAN, s.USUBJID, o.ADT, o.SRCSEQ

-- Question: which ejection fractions, not surely from before the first infusion, have no readable number?
-- Grain: one delivered LVEF of a treated subject without a readable number.
select s.USUBJID, s.SUBJID, o.ADT, o.ADTF, o.AVALC
from adcvout as o
join selected as s on s.USUBJID = o.USUBJID
where s.SAFFL = 'Y' and o.PARAMCD = 'LVEF' and o.REASONCD = 'UNREADABLE' and coalesce(o.BEFOREFL, 'N') = 'N'
order by s.TRTAN, s.USUBJID, o.ADT, o.SRCSEQ

-- Question: which ejection fractions, not surely from before the first infusion, have no number that can be judged?
-- Grain: one such LVEF of a treated subject: TERM DOUBTFUL, UNREADABLE or NO RESULT.
select s.USUBJID, s.SUBJID, g.ADT, g.ADTF, g.AVALC, g.TERM
from adctrcd as g
join selected as s on s.USUBJID = g.USUBJID
where s.SAFFL = 'Y' and g.ORIGIN = 'LVEF NOT READ'
order by s.TRTAN, s.USUBJID, g.ADT, g.SRCSEQ

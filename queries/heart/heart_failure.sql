-- Question: who had an adverse event of heart failure, how severe, and which of them count as CTRCD?
-- Grain: one adverse event of heart failure of one treated subject; REASONCD says why it does not count (BEFORE,
--     UNRELATED, LOW GRADE).
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
    g.TERM, g.ADT, g.ADY, g.ATOXGR, g.CTRCD, g.CTRCDQ, g.COUNTFL, g.REASONCD
from adctrcd as g
join selected as s on s.USUBJID = g.USUBJID
where s.SAFFL = 'Y' and g.ORIGIN = 'HEART FAILURE'
order by s.TRTAN, s.USUBJID, g.ADT, g.SRCSEQ

-- Question: which adverse events were reported, so that two cuts can be compared event by event?
-- Grain: one reported adverse event of a selected subject, treatment-emergent or not; AEKEY names it in its cut.
select
    s.USUBJID, s.SUBJID, a.AESEQ, a.AETERM, coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, a.AESTDTC, a.ATOXGR,
    a.ATOXGRIM, a.AEREL, a.AEOUT, a.DLTFL,
    concat_ws('|', a.USUBJID, a.AESEQ, a.AETERM, a.AESTDTC) as AEKEY
from adae as a
join selected as s on s.USUBJID = a.USUBJID
order by s.TRTAN, s.TRTSDT, s.USUBJID, a.ASTDT, a.AESEQ

-- Question: which treatment-emergent events were serious, or may have been, so that two cuts can be compared?
-- Grain: one such event of a treated subject. AESERC: Y serious (flagged, by a criterion or fatal); null not known.
select
    s.USUBJID, s.SUBJID, a.AESEQ, a.AETERM, coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, a.AESTDTC, a.ADY,
    a.ATOXGR, a.AESERC
from adae as a
join selected as s on s.USUBJID = a.USUBJID
where s.SAFFL = 'Y' and a.TRTEMFL = 'Y' and coalesce(a.AESERC, 'Y') = 'Y'
order by a.ATOXGR desc nulls first, a.AEDECOD, s.TRTSDT, s.USUBJID, a.ASTDT, a.AESEQ

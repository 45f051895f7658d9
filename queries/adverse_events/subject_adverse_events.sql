-- Question: which adverse events did this subject have?
-- Grain: one adverse event of the subject ($usubjid), before and after the first infusion.
select
    a.USUBJID, s.SUBJID, a.AESEQ, coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, a.AETERM, a.AEBODSYS,
    a.ATOXGR, a.ATOXGRIM, a.AESEV, a.AESERC,
    a.AEREL, a.AEACN, a.AEOUT,
    a.AESTDTC, a.ASTDT, a.ASTDTF, a.ADY, a.AENDT, a.AENDY, a.TRTEMFL, a.DLTFL, a.DLTRS, a.AESICAT, a.CARDFL
from adae as a
join adsl as s on s.USUBJID = a.USUBJID
where a.USUBJID = $usubjid
order by a.ASTDT nulls last, a.AESEQ

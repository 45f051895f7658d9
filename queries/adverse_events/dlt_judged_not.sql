-- Question: which grade 3 or worse events began inside the DLT window and are not DLTs, and why not?
-- Grain: one adverse event; those not adjudicated yet first. An event without a grade counts when it was severe.
with candidate as (
    select *
    from adae
    where DLTWINFL = 'Y' and GR3FL = 'Y' and (DLTFL is null or DLTFL = 'N')
)
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.COHORT, s.TRTSDT,
    c.AESEQ, c.AETERM, coalesce(c.AEDECOD, 'Term not delivered') as AEDECOD, c.AESTDTC, c.ASTDT, c.ASTDTF, c.ADY,
    c.AENDT, c.AENDTF, c.AENDY, c.ATOXGR, c.ATOXGRIM,
    c.AESEV, c.AEREL, c.RELFL, c.AEOUT,
    c.DLTFL, c.DLTRS
from candidate as c
join selected as s on s.USUBJID = c.USUBJID
order by c.DLTFL nulls first, s.TRTAN, s.TRTSDT, s.USUBJID, c.ASTDT, c.AESEQ

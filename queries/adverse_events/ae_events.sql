-- Question: which adverse events were reported, where do they stand against the DLT window, and what was judged?
-- Grain: one reported adverse event of a selected subject, treatment-emergent or not.
-- CUMDOSE is the study drug received up to and including the day of onset.
with treated as (
    select a.*, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.COHORT, s.TRTSDT
    from adae as a
    join selected as s on s.USUBJID = a.USUBJID
),
exposure as (
    select t.USUBJID, t.AESEQ, max(e.CUMDOSE) as CUMDOSE
    from treated as t
    join adex as e on e.USUBJID = t.USUBJID and e.ASTDT <= t.ASTDT
    group by t.USUBJID, t.AESEQ
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE, t.COHORT, t.AESEQ, t.AETERM, t.AEDECOD, t.AEBODSYS,
    t.AESTDTC, t.ASTDT, t.ASTDTF, t.ADY, t.AENDY, t.ATOXGR, t.AESEV,
    t.AESERC, t.AEREL, t.RELFL, t.AEACN, t.AEOUT,
    t.TRTEMFL, t.DLTFL, t.DLTRS, t.DLTEVAL, t.DLTWINFL, t.AESICAT, t.CARDFL,
    x.CUMDOSE
from treated as t
left join exposure as x on x.USUBJID = t.USUBJID and x.AESEQ = t.AESEQ
order by t.TRTAN, t.TRTSDT, t.USUBJID, t.ASTDT, t.AESEQ

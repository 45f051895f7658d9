-- Question: which grade 3 or worse events were adjudicated not dose-limiting, whenever they began, and which await it?
-- Grain: one adverse event after the first infusion; those of the DLT window that are not adjudicated yet first.
-- An event without a grade counts when it was severe. AFTERFL: it began after the window.
with candidate as (
    select *, case when DLTWINFL = 'N' then 'Y' else 'N' end as AFTERFL
    from adae
    where GR3FL = 'Y'
      and (
        (DLTWINFL = 'Y' and (DLTFL is null or DLTFL = 'N'))
        or (DLTFL = 'N' and (TRTEMFL = 'Y' or (ADY > (select DLTDAYS from trial.settings) and AFTDTHFL is null)))
      )
)
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.COHORT,
    c.AESEQ, c.AETERM, coalesce(c.AEDECOD, 'Term not delivered') as AEDECOD, c.AESTDTC, c.ASTDT, c.ASTDTF, c.ADY,
    c.ATOXGR, c.ATOXGRIM,
    c.AESEV, c.AEREL, c.RELFL, c.AEOUT,
    c.DLTFL, c.DLTRS, c.AFTERFL
from candidate as c
join selected as s on s.USUBJID = c.USUBJID
order by c.DLTFL nulls first, c.ATOXGR desc nulls first, s.TRTAN, s.USUBJID, c.ASTDT, c.AESEQ

-- Question: which cardiac adverse events of any grade were reported, and were they inside or outside the DLT window?
-- Grain: one cardiac adverse event (system organ class Cardiac disorders, or a term that the trial lists) of a treated
-- subject. TRTEMFL and DLTWINFL say whether it began before the first infusion, inside the window or after it.
-- CUMDOSE: received by the onset; of what began before the first infusion and was fatal after it by the death.
with cardiac as (
    select a.*, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, s.TRTSDT, s.CUTDT
    from adae as a
    join selected as s on s.USUBJID = a.USUBJID
    where a.CARDFL = 'Y' and s.SAFFL = 'Y'
)
select
    c.USUBJID, c.SUBJID, c.AESEQ, c.TRTA, c.TRTAN, c.DISEASE, coalesce(c.AEDECOD, 'Term not delivered') as AEDECOD,
    c.AETERM, c.ATOXGR, c.ATOXGRIM, c.AESEV,
    c.ASTDT, c.ASTDTF, c.AESTDTC, c.ADY, c.AENDT, c.AENDY,
    c.TRTEMFL, c.DLTWINFL,
    (
        -- unknown where it was not given in the trial's unit, or one amount is not known
        select case when bool_and(lower(replace(coalesce(x.DOSEU, u.DOSEU), '²', '2')) = u.DOSEU
                and x.CUMDOSE is not null) then max(x.CUMDOSE) end
        from adex as x
        cross join trial.settings as u
        where x.USUBJID = c.USUBJID and x.ASTDT <= coalesce(c.AEWORSDT, c.ASTDT)
    ) as CUMDOSE,
    c.AEREL, c.RELFL, c.AESERC, c.DLTFL, c.AEACN, c.AEOUT,
    cast(c.CUTDT - c.TRTSDT + 1 as integer) as CUTDY
from cardiac as c
order by c.TRTAN, c.USUBJID, c.ASTDT, c.AESEQ

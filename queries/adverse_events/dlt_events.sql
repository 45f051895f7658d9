-- Question: which events were judged dose-limiting?
-- Grain: one adverse event with an adjudicated DLT; an onset outside the window is told, not left out.
-- COUNTDY: the day of the onset; of what began before the first infusion and was fatal after it that of the death.
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTP, s.GIVENTRT, s.TRTAN, s.DISEASE, s.COHORT, s.TRTSDT,
    a.AESEQ, a.AETERM, coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, a.AESTDTC, a.ASTDT, a.ASTDTF, a.ADY,
    a.AENDT, a.AENDTF, a.AENDY, a.ATOXGR, a.ATOXGRIM, a.AESEV, a.AEREL, a.AEOUT,
    a.DLTRS, a.DLTFL, a.DLTEVAL, a.DLTWINFL, a.AEWORSDT,
    cast(coalesce(a.AEWORSDT - s.TRTSDT + 1, a.ADY) as integer) as COUNTDY,
    -- begun after the death: the DLT is not counted, its subject is pending unless it has another (addl)
    case when a.AFTDTHFL = 'Y' and a.DLTPLACE not in ('BEFORE', 'AFTER CUT') then 'AFTER DEATH'
        else a.DLTPLACE end as DLTPLACE,
    d.DOSECD, d.DOSESHR
from adae as a
join selected as s on s.USUBJID = a.USUBJID
left join addl as d on d.USUBJID = a.USUBJID
where a.DLTFL = 'Y'
order by s.TRTAN, s.TRTSDT, s.USUBJID, a.ASTDT, a.AESEQ

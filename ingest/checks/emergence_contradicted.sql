-- Question: which adverse events does the sponsor call treatment-emergent though they began before the first infusion?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number
-- Says: the supplemental values call the event treatment-emergent, and its onset lies before the first infusion: it may
--     have worsened since; it is not counted as treatment-emergent.
-- Do: Ask the sponsor for the day on which the event worsened, as an event of its own, or for the onset.
select 'AE' as DATASET, 'AESTDTC' as VARIABLE, a.USUBJID, 'AESEQ ' || a.SRCSEQ as RECORD,
    concat_ws(', ', a.AEDECOD, 'onset ' || a.AESTDTC, 'first infusion ' || s.TRTSDT, e.QNAM || ' ' || e.QVAL) as DETAIL
from adae as a
join adsl as s on s.USUBJID = a.USUBJID
join aerow as r on r.USUBJID = a.USUBJID and cast(r.AESEQ as integer) is not distinct from a.SRCSEQ
    and r.AESTDTC is not distinct from a.AESTDTC
join aesupp as e on e.AEROW = r.AEROW and e.QNAM in ('AETRTEM', 'TRTEMFL', 'AETRTEMF') and e.QVALYN = 'Y'
where a.TRTEMFL = 'N' and coalesce(a.ASTDT, s.TRTSDT) <= s.TRTSDT

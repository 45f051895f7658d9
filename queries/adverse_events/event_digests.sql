-- Question: whose adverse events are other than in another cut?
-- Grain: one selected subject with a reported adverse event, treatment-emergent or not. NEVENTS: how many; DIGEST: the
--     sum of the hashes of the events, the same in two cuts that hold the same ones (see ae_events).
select
    s.USUBJID, cast(count(*) as integer) as NEVENTS,
    cast(sum(cast(hash(s.SUBJID, a.AESEQ, a.AETERM, a.AEDECOD, a.AESTDTC, a.ASTDT, a.ATOXGR, a.ATOXGRIM, a.AEREL,
        a.AEOUT, a.DLTFL) as hugeint)) % 18446744073709551616 as ubigint) as DIGEST
from adae as a
join selected as s on s.USUBJID = a.USUBJID
group by s.USUBJID
order by s.USUBJID

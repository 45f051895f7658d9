-- Question: which adverse events have been judged to be a DLT or not, so that two cuts can be compared?
-- Grain: one judged adverse event, as hashes; nothing that names a subject leaves the cut.
select
    'DLT judgement' as DOMAIN, hash(ae.USUBJID) as SUBJECT,
    hash(ae.USUBJID, ae.AESEQ) as RECORD,
    hash(ae.USUBJID, ae.AETERM, ae.AESTDTC) as TOPIC,
    hash(ae.USUBJID, ae.AETERM, ae.AESTDTC, ae.DLTFL) as CONTENT,
    hash(ae.DLTFL) as VALUE
from adae as ae
join selected as s on s.USUBJID = ae.USUBJID
where ae.DLTFL is not null

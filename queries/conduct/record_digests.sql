-- Question: how many records of which subjects were delivered, and are they the same in another cut?
-- Grain: one group of records: a domain, a subject and a month. GROUPKEY: what finds it again in another cut; SUBJECT:
--     the subject, as a hash; nothing that names one leaves the cut. DIGEST: the same where the records are.
select
    r.DOMAIN, hash(r.USUBJID) as SUBJECT, hash(r.DOMAIN, r.USUBJID, r.PERIOD) as GROUPKEY, r.NRECORDS, r.DIGEST
from recordsum as r
join selected as s on s.USUBJID = r.USUBJID
order by r.DOMAIN, GROUPKEY

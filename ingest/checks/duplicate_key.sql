-- Question: which sequence numbers stand more than once in a subject's domain?
-- Grain: one subject, domain and sequence number that several records share.
-- Severity: doubtful
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: several records share USUBJID and sequence number, which should name one record; all are kept and counted.
-- Do: Ask the sponsor whether records were delivered twice.
select DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD, count(*) || ' records' as DETAIL
from delivered_record
where USUBJID is not null and SEQ is not null
group by DATASET, USUBJID, SEQ
having count(*) > 1

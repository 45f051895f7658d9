-- Question: which records belong to nobody?
-- Grain: one record of a subject's domain without USUBJID.
-- Severity: left out
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the record has no USUBJID, so it belongs to no subject and no display counts it.
-- Do: Ask the sponsor whose record it is.
select DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD, cast(null as varchar) as DETAIL
from delivered_record
where USUBJID is null

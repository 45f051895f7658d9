-- Question: which subjects have records in a domain and none in DM?
-- Grain: one subject of one domain.
-- Severity: left out
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the subject has records here but none in DM; displays count only subjects in DM.
-- Do: Ask the sponsor for the subject's demographics, or why the records are there.
select DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    count(*) || ' records' as DETAIL
from delivered_record
where USUBJID is not null and USUBJID not in (select USUBJID from source.dm where USUBJID is not null)
group by DATASET, USUBJID

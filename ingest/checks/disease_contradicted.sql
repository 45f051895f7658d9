-- Question: who has primary diagnoses of more than one disease?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: number
-- Says: the primary diagnoses name more than one disease; the first by name is taken.
-- Do: Ask the sponsor for the one primary diagnosis.
select 'MH' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    string_agg(distinct DISEASE, ' and ' order by DISEASE) as DETAIL
from diagnosis
group by USUBJID
having count(distinct DISEASE) > 1

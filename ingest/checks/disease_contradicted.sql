-- Question: who has primary diagnoses of more than one disease?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: number
-- Says: the primary diagnoses name more than one disease; the first by name is taken.
-- Do: Ask the sponsor for the one primary diagnosis.
select 'MH' as DATASET, cast(null as varchar) as VARIABLE, mh.USUBJID, cast(null as varchar) as RECORD,
    string_agg(distinct t.DISEASE, ' and ' order by t.DISEASE) as DETAIL
from source.mh as mh
join trial.disease_term as t on lower(mh.MHDECOD) = t.TERM or lower(mh.MHTERM) = t.TERM
where upper(mh.MHCAT) = 'PRIMARY DIAGNOSIS'
group by mh.USUBJID
having count(distinct t.DISEASE) > 1

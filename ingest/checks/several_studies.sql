-- Question: which subjects belong to another study than most of DM?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: DM holds more than one STUDYID; all subjects are counted together.
-- Do: Check that the files belong to one trial.
select 'DM' as DATASET, 'STUDYID' as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    coalesce(STUDYID, 'blank') as DETAIL
from source.dm
where STUDYID is distinct from (select mode(STUDYID) from source.dm)

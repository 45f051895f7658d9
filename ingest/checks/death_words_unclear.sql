-- Question: which disposition records speak of a death that is not read as the subject's?
-- Grain: one record of DS.
-- Severity: doubtful
-- Weight: decision
-- Says: the disposition speaks of a death in words that do not say that the subject died; the record counts as no
--     death.
-- Do: Ask the sponsor whether the subject died.
select 'DS' as DATASET, 'DSTERM' as VARIABLE, USUBJID,
    'DSSEQ ' || regexp_replace(cast(DSSEQ as varchar), '[.]0$', '') as RECORD,
    concat_ws(', ', DSDECOD, DSTERM) as DETAIL
from dsread
where DEATHFL = 'U'

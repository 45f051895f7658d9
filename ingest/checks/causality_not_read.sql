-- Question: which causalities are no known answer?
-- Grain: one adverse event.
-- Severity: left out
-- Weight: number; decision where in the DLT window
-- Says: the causality is in no list of answers; the event counts as neither related to the study drug nor unrelated.
-- Do: Ask the sponsor what it means, or add it to [causality] in trial.toml.
select 'AE' as DATASET, 'AEREL' as VARIABLE, USUBJID, 'AESEQ ' || SRCSEQ as RECORD,
    concat_ws(', ', AEDECOD, AEREL) as DETAIL, DLTWINFL = 'Y' as DECIDES
from adae
where RELUNRFL = 'Y'

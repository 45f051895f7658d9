-- Question: in which epoch was a disposition, where its name is not known?
-- Grain: one record of DS.
-- Severity: doubtful
-- Weight: number
-- Says: the epoch is none that is known (screening, treatment, follow-up and like words); an end in it is taken as one
--     of the treatment.
-- Do: Ask the sponsor for the epoch as the protocol names it.
select 'DS' as DATASET, 'EPOCH' as VARIABLE, USUBJID,
    'DSSEQ ' || cast(cast(DSSEQ as bigint) as varchar) as RECORD, EPOCH as DETAIL
from source.ds
where not regexp_matches(upper(EPOCH), '\b(PRE.?|POST.?)?(SCREEN|ENROL|BASELINE|RUN.?IN|LEAD.?IN|WASH.?OUT|TREAT|'
    || 'INDUCTION|CONSOLIDATION|INTENSIFICATION|MAINTENANCE|CONTINUATION|EXTENSION|RE.?TREAT|COURSE|CYCLE|DOS(E|ING)\b|'
    || 'ESCALATION|EXPANSION|FOLLOW|SURVIVAL|LONG.?TERM|END OF|STUDY\b|TRIAL\b|PERIOD|PHASE|PART\b|OPEN|BLINDED|'
    || 'OBSERVATION|TRANSPLANT|SAFETY)')

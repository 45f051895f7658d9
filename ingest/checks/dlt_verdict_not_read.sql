-- Question: which judgements of a DLT say neither yes nor no?
-- Grain: one judgement, from SUPPAE or from a variable of AE.
-- Severity: left out
-- Weight: decision
-- Says: the DLT adjudication says neither yes nor no; the event is treated as not adjudicated, and in the DLT window
--     its subject is pending whatever the grade.
-- Do: Ask the sponsor for an adjudication of Y or N: the event may be a DLT.
with judgement as (
    select 'SUPPAE' as DATASET, upper(QNAM) as QNAM, USUBJID, concat_ws(' ', upper(IDVAR), IDVARVAL) as RECORD, QVAL,
        QVALYN
    from source.supp
    where upper(RDOMAIN) = 'AE'
    union all
    select 'AE', QNAM, USUBJID, 'AESEQ ' || cast(cast(AESEQ as bigint) as varchar), QVAL,
        case when QVAL in ('Y', 'N') then QVAL end
    from (select USUBJID, AESEQ, AEDLT, DLTFL, DLT from source.ae)
    unpivot (QVAL for QNAM in (AEDLT, DLTFL, DLT))
)
select DATASET, QNAM as VARIABLE, USUBJID, RECORD, QVAL as DETAIL
from judgement
where QNAM in (select QNAM from trial.flag where FLAG = 'DLT')
  and QVAL is not null and QVALYN is null

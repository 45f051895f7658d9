-- Question: which results, dispositions and visits have no date at all?
-- Grain: one record that was done.
-- Severity: doubtful
-- Weight: number; decision in CV, DS, LB, PR
-- Says: the record has no date, so it cannot be placed; it counts for nothing that depends on the day. A count below
--     the limit of aplasia may be the last one in the DLT window: its subject is pending, unless a later one recovered.
-- Do: Ask the sponsor for the date, or for the month or year of it.
with record as (
    select 'LB' as DATASET, 'LBDTC' as VARIABLE, USUBJID, LBSEQ as SEQ, LBTESTCD as WHAT, LBDTC as DTC,
        coalesce(LBSTRESC, LBORRES, cast(LBSTRESN as varchar)) is not null
            and coalesce(LBSTAT, '') <> 'NOT DONE' as DONE
    from source.lb
    union all
    select 'EG', 'EGDTC', USUBJID, EGSEQ, EGTESTCD, EGDTC,
        coalesce(EGSTRESC, EGORRES, cast(EGSTRESN as varchar)) is not null and coalesce(EGSTAT, '') <> 'NOT DONE'
    from source.eg
    union all
    select 'CV', 'CVDTC', USUBJID, CVSEQ, CVTESTCD, CVDTC,
        coalesce(CVSTRESC, CVORRES, cast(CVSTRESN as varchar)) is not null and coalesce(CVSTAT, '') <> 'NOT DONE'
    from source.cv
    union all
    select 'RS', 'RSDTC', USUBJID, RSSEQ, coalesce(RSSTRESC, RSORRES), RSDTC,
        coalesce(RSSTRESC, RSORRES) is not null and coalesce(RSSTAT, '') <> 'NOT DONE'
    from source.rs
    union all
    select 'DS', 'DSSTDTC', USUBJID, DSSEQ, coalesce(DSDECOD, DSTERM), coalesce(DSSTDTC, DSDTC), true from source.ds
    union all
    select 'PR', 'PRSTDTC', USUBJID, PRSEQ, coalesce(PRDECOD, PRTRT), PRSTDTC, coalesce(PROCCUR, 'Y') = 'Y'
    from source.pr
    union all
    select 'SV', 'SVSTDTC', USUBJID, null, VISIT, coalesce(SVSTDTC, SVENDTC), coalesce(SVOCCUR, 'Y') = 'Y'
    from source.sv
)
select DATASET, VARIABLE, USUBJID, DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) as RECORD, WHAT as DETAIL
from record
where DTC is null and DONE

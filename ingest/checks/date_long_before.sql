-- Question: which records are dated long before their subject was in the trial?
-- Grain: one date of the trial's own course, more than a year before the middle one of its subject's dates in DM
--     (consent, start, first infusion, demographics), or more than 30 years before the cut.
-- Severity: doubtful
-- Weight: number; decision in CV, DM, DS, EX; decision where of an event that may be a DLT
-- Says: the date lies more than a year before the subject came into the trial, or more than 30 years before
--     the cut; it counts as it was delivered.
-- Do: Ask the sponsor; the year may be mistyped.
with dated as (
    select 'DM' as DATASET, VARIABLE, USUBJID, null as SEQ, DT
    from source.dm
    cross join lateral (values ('RFSTDTC', RFSTDT), ('RFXSTDTC', RFXSTDT), ('RFICDTC', RFICDT), ('DTHDTC', DTHDT))
        as stated (VARIABLE, DT)
    union all
    select 'EX', 'EXSTDTC', USUBJID, EXSEQ, EXSTDT from source.ex
    union all
    select 'AE', 'AESTDTC', USUBJID, AESEQ, coalesce(AEENDT, AESTDT) from source.ae
    union all
    select 'DS', 'DSSTDTC', USUBJID, DSSEQ, DSSTDT from source.ds
    union all
    select 'LB', 'LBDTC', USUBJID, LBSEQ, LBDT from source.lb
    union all
    select 'EG', 'EGDTC', USUBJID, EGSEQ, EGDT from source.eg
    union all
    select 'CV', 'CVDTC', USUBJID, CVSEQ, CVDT from source.cv
    union all
    select 'RS', 'RSDTC', USUBJID, RSSEQ, RSDT from source.rs
    union all
    select 'PC', 'PCDTC', USUBJID, PCSEQ, PCDT from source.pc
    union all
    select 'VS', 'VSDTC', USUBJID, VSSEQ, VSDT from source.vs
    union all
    select 'SV', 'SVSTDTC', USUBJID, null, SVSTDT from source.sv
),
came as (
    -- not the earliest of all: a mistyped date of these would be the measure of itself
    select dm.USUBJID, median(DT) as DT
    from source.dm as dm
    cross join lateral (values (dm.RFICDT), (dm.RFSTDT), (dm.RFXSTDT), (dm.DMDT)) as stated (DT)
    where DT is not null
    group by dm.USUBJID
)
select d.DATASET, d.VARIABLE, d.USUBJID,
    case when SEQ is not null then d.DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) end as RECORD,
    cast(d.DT as varchar) as DETAIL,
    d.DATASET = 'AE' and exists (
        select 1 from adae as a
        where a.USUBJID = d.USUBJID and a.SRCSEQ is not distinct from d.SEQ
          and (a.DLTFL = 'Y'
              or (a.DLTFL is null and (a.GR3FL = 'Y' or (a.ATOXGR is null and a.RELFL is distinct from 'N'))))
    ) as DECIDES
from dated as d
cross join trial.cut
left join came on came.USUBJID = d.USUBJID
where d.DT < came.DT - interval 1 year or d.DT < CUTDT - interval 30 year

-- Question: when was each subject last seen, as far as the data cut knows?
-- Grain: one subject with a dated record up to the cut.
-- Reads: deathtold, source.ae, source.cm, source.cv, source.dm, source.ds, source.eg, source.ex, source.lb, source.pc
-- Reads: source.pr, source.rs, source.sv, source.vs, trial.cut
-- Kept: no
-- Every dated record says that the subject was seen that day, save what was not done; a partial date says it of its
-- first day. A record dated after the death (its best source's full date) says nothing of the last contact.
with measured as (
    select USUBJID, LBDT as ADT, LBSTAT as STAT from source.lb union all select USUBJID, VSDT, VSSTAT from source.vs
    union all select USUBJID, EGDT, EGSTAT from source.eg union all select USUBJID, CVDT, CVSTAT from source.cv
    union all select USUBJID, RSDT, RSSTAT from source.rs union all select USUBJID, PCDT, PCSTAT from source.pc
),
dated as (
    select USUBJID, ADT from measured where upper(coalesce(STAT, '')) <> 'NOT DONE'
    union all select USUBJID, EXSTDT from source.ex union all select USUBJID, EXENDT from source.ex
    union all select USUBJID, AESTDT from source.ae union all select USUBJID, AEENDT from source.ae
    union all select USUBJID, SVSTDT from source.sv union all select USUBJID, SVENDT from source.sv
    union all select USUBJID, PRSTDT from source.pr union all select USUBJID, DSSTDT from source.ds
    union all select USUBJID, CMSTDT from source.cm union all select USUBJID, CMENDT from source.cm
    union all select USUBJID, RFPENDT from source.dm union all select USUBJID, RFENDT from source.dm
),
death as (
    select USUBJID, arg_min(DT, RANK) as DTHDT
    from deathtold
    where DTF is null and DT is not null and AFTERFL = 'N'
    group by USUBJID
)
select d.USUBJID, max(d.ADT) as LASTDT
from dated as d
left join death as k on k.USUBJID = d.USUBJID
where d.ADT <= (select CUTDT from trial.cut) and (k.DTHDT is null or d.ADT <= k.DTHDT)
group by d.USUBJID

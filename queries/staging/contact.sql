-- Question: when was each subject last seen, as far as the data cut knows?
-- Grain: one subject with a dated record up to the cut.
-- Reads: deathtold, dsread, source.ae, source.cv, source.eg, source.ex, source.lb, source.pc, source.pr
-- Reads: source.rs, source.sv, source.vs, trial.cut
-- Kept: no
-- A dose, a visit, a result, a procedure, the onset of an event and its end where it recovered or was fatal say that
-- the subject was seen that day, save what was not done; a partial date says it of its first day. A disposition says it
-- only of who completed, or ended for an event or the leukaemia: that somebody was lost, withdrew, died, consented or
-- was enrolled was declared, not seen; nor do other medication and the reference dates of DM tell of a contact.
-- A record dated after the death (its best source's full date) says nothing of the last contact.
with measured as (
    select USUBJID, LBDT as ADT, LBSTAT as STAT from source.lb union all select USUBJID, VSDT, VSSTAT from source.vs
    union all select USUBJID, EGDT, EGSTAT from source.eg union all select USUBJID, CVDT, CVSTAT from source.cv
    union all select USUBJID, RSDT, RSSTAT from source.rs union all select USUBJID, PCDT, PCSTAT from source.pc
),
dated as (
    select USUBJID, ADT from measured where upper(coalesce(STAT, '')) <> 'NOT DONE'
    union all select USUBJID, EXSTDT from source.ex union all select USUBJID, EXENDT from source.ex
    union all select USUBJID, AESTDT from source.ae
    union all
    select USUBJID, AEENDT from source.ae
    where not regexp_matches(upper(coalesce(AEOUT, '')), '^(NOT |UN|RECOVERING|RESOLVING|ONGOING|CONTINUING)')
    union all select USUBJID, SVSTDT from source.sv union all select USUBJID, SVENDT from source.sv
    union all select USUBJID, PRSTDT from source.pr where upper(left(coalesce(PROCCUR, 'Y'), 1)) <> 'N'
    union all
    select USUBJID, DSSTDT from dsread
    where DEATHFL = 'N' and upper(coalesce(DSCAT, '')) <> 'PROTOCOL MILESTONE'
      and regexp_matches(upper(coalesce(DSDECOD, '')), '^ *(COMPLET|ADVERSE|PROGRESS|DISEASE|RELAPSE|LACK|RECOVERY)')
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

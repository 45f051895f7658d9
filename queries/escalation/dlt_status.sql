-- Question: which treated subject had a DLT, is still pending, or cannot be judged, at which dose?
-- Grain: one treated subject, in order of first infusion.
select
    d.USUBJID, d.SUBJID, d.TRTA, d.TRTAN, d.DOSELVL, d.DISEASE, d.COHORT,
    case when lower(trim(d.COHORT)) in (select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION') then 'Y'
        else 'N' end as EXPFL,
    d.TRTSDT, d.WINENDT, d.DLTSTAT, d.DAYSLEFT, d.PENDCD,
    d.UNJTERM, d.UNJCD, d.STOPADY, d.STOPREAS, d.NUNTERM, d.GRDTERM, d.CONTRTERM, d.ONSTERM, d.ONSETCD,
    d.BEFTERM,
    d.BEFADY, d.WINADY, d.LATEADY, d.CNTADY, d.NEXTADY, d.SEENADY, d.TOLADY,
    d.TRTP, d.GIVENTRT, d.DOSESHR, d.DOSECD, d.MISSINF, d.MISSREAS, d.GONECD, d.GONEREAS, d.GONEADY,
    d.NDOSE1, coalesce(d.DLTTERM, case when d.DLTSTAT = 'DLT' then 'Term not delivered' end) as DLTTERM, d.DLTADY,
    d.DLTGR, d.NDLT, d.NUNJUDG
from addl as d
join selected on selected.USUBJID = d.USUBJID
order by d.TRTSDT, d.USUBJID

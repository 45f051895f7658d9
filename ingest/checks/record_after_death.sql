-- Question: which records are dated after the subject's death?
-- Grain: one record surely after death: its earliest day lies after the latest day that the date of death allows.
-- Severity: doubtful
-- Weight: number; decision in AE, CV, EX
-- Says: records after death: the date is after the death. An assessment of response, a cardiac measurement or an ECG
--     then counts for nothing; nor does an infusion or an adverse event, unless the death is dated before the first
--     infusion. For a DLT the subject is pending, for a stopping rule the event is possible; no record after death is
--     a last contact. Laboratory results and vital signs are kept and shown.
-- Do: Ask the site which of the two dates is right.
with dated as (
    select 'RS' as DATASET, 'RSDTC' as VARIABLE, USUBJID, RSSEQ as SEQ, RSDTC as TEXT, RSDT as DT
    from source.rs where upper(coalesce(RSSTAT, '')) <> 'NOT DONE'
    union all
    select 'CV', 'CVDTC', USUBJID, CVSEQ, CVDTC, CVDT from source.cv where upper(coalesce(CVSTAT, '')) <> 'NOT DONE'
    union all
    select 'LB', 'LBDTC', USUBJID, LBSEQ, LBDTC, LBDT from source.lb where upper(coalesce(LBSTAT, '')) <> 'NOT DONE'
    union all
    select 'VS', 'VSDTC', USUBJID, VSSEQ, VSDTC, VSDT from source.vs where upper(coalesce(VSSTAT, '')) <> 'NOT DONE'
    union all
    select 'EG', 'EGDTC', USUBJID, EGSEQ, EGDTC, EGDT from source.eg where upper(coalesce(EGSTAT, '')) <> 'NOT DONE'
    union all
    select 'PC', 'PCDTC', USUBJID, PCSEQ, PCDTC, PCDT from source.pc where upper(coalesce(PCSTAT, '')) <> 'NOT DONE'
    union all
    select 'SV', 'SVSTDTC', USUBJID, VISITNUM, SVSTDTC, SVSTDT from source.sv
    union all
    select 'AE', 'AESTDTC', USUBJID, AESEQ, AESTDTC, AESTDT from source.ae
    union all
    select 'EX', 'EXSTDTC', USUBJID, EXSEQ, EXSTDTC, EXSTDT from source.ex
    union all
    select 'PR', 'PRSTDTC', USUBJID, PRSEQ, PRSTDTC, PRSTDT from source.pr
    union all
    select 'CM', 'CMSTDTC', USUBJID, CMSEQ, CMSTDTC, CMSTDT from source.cm
)
select
    r.DATASET, r.VARIABLE, r.USUBJID,
    case r.DATASET when 'SV' then 'VISITNUM' else r.DATASET || 'SEQ' end
        || ' ' || regexp_replace(cast(r.SEQ as varchar), '[.]0$', '') as RECORD,
    r.TEXT || ', death ' || d.DTHDTL as DETAIL
from dated as r
join deathday as d on d.USUBJID = r.USUBJID
where r.DT > d.DTHDTL

-- Question: which records end before they start?
-- Grain: one record whose end lies before its start, each at its own precision.
-- Severity: doubtful
-- Weight: number
-- Says: the end is before the start; both are kept as delivered.
-- Do: Ask the site which of the two is right.
with span as (
    select 'AE' as DATASET, USUBJID, AESEQ as SEQ, AESTDTC as STDTC, AESTDT as STDT, AESTDTM as STDTM, AEENDTC as ENDTC,
        AEENDTL as LASTDT, AEENDTM as ENDTM from source.ae
    union all
    select 'EX', USUBJID, EXSEQ, EXSTDTC, EXSTDT, EXSTDTM, EXENDTC, EXENDTL, EXENDTM from source.ex
    union all
    select 'CM', USUBJID, CMSEQ, CMSTDTC, CMSTDT, CMSTDTM, CMENDTC, CMENDTL, CMENDTM from source.cm
    union all
    select 'PR', USUBJID, PRSEQ, PRSTDTC, PRSTDT, PRSTDTM, PRENDTC, PRENDTL, PRENDTM from source.pr
    union all
    select 'SV', USUBJID, VISITNUM, SVSTDTC, SVSTDT, SVSTDTM, SVENDTC, SVENDTL, SVENDTM from source.sv
    union all
    select 'DV', USUBJID, DVSEQ, DVSTDTC, DVSTDT, DVSTDTM, DVENDTC, DVENDTL, DVENDTM from source.dv
)
select
    DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    case when DATASET = 'SV' then 'VISITNUM ' || SEQ else DATASET || 'SEQ ' || cast(cast(SEQ as bigint) as varchar) end
        as RECORD,
    STDTC || ' to ' || ENDTC as DETAIL
from span
where LASTDT < STDT or ENDTM < STDTM

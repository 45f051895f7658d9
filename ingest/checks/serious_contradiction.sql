-- Question: which adverse events meet a criterion of seriousness, or were fatal, and are called not serious?
-- Grain: one adverse event.
-- Severity: doubtful
-- Says: a criterion of seriousness is met (or the event was fatal) though AESER does not say Y; the event is counted as serious.
-- Do: Ask the sponsor to reconcile seriousness with its criteria.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, 'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', coalesce(AEDECOD, AETERM),
        case when AESDTH = 'Y' then 'results in death' end, case when AESLIFE = 'Y' then 'life threatening' end,
        case when AESHOSP = 'Y' then 'hospitalisation' end, case when AESDISAB = 'Y' then 'disability' end,
        case when AESCONG = 'Y' then 'congenital anomaly' end, case when AESMIE = 'Y' then 'medically important' end,
        case when AESCAN = 'Y' then 'cancer' end, case when AESINTV = 'Y' then 'needs intervention' end,
        case when upper(AEOUT) = 'FATAL' then 'outcome fatal' end) as DETAIL
from source.ae
where upper(left(coalesce(AESER, 'N'), 1)) <> 'Y'
  and ('Y' in (AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG, AESMIE, AESCAN, AESINTV) or upper(AEOUT) = 'FATAL'
       or regexp_matches(upper(AETOXGR), '^(GRADE *)?5([.]0*)?$'))

-- Question: which adverse events meet a criterion of seriousness, or were fatal, and are called not serious?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number
-- Says: a seriousness criterion is met (or the event was fatal) although the investigator did not flag it as
--     serious (AESER); the event is counted as serious.
-- Do: Ask the sponsor to reconcile seriousness with its criteria.
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', coalesce(AEDECOD, AETERM),
        case when upper(left(AESDTH, 1)) = 'Y' then 'results in death' end,
        case when upper(left(AESLIFE, 1)) = 'Y' then 'life threatening' end,
        case when upper(left(AESHOSP, 1)) = 'Y' then 'hospitalisation' end,
        case when upper(left(AESDISAB, 1)) = 'Y' then 'disability' end,
        case when upper(left(AESCONG, 1)) = 'Y' then 'congenital anomaly' end,
        case when upper(left(AESMIE, 1)) = 'Y' then 'medically important' end,
        case when upper(left(AESCAN, 1)) = 'Y' then 'cancer' end,
        case when upper(left(AESINTV, 1)) = 'Y' then 'needs intervention' end,
        case when upper(AEOUT) = 'FATAL' then 'outcome fatal' end, case when AETOXGRN = 5 then 'grade 5' end) as DETAIL
from source.ae
where upper(left(coalesce(AESER, 'N'), 1)) <> 'Y'
  and ('Y' in (
          upper(left(AESDTH, 1)), upper(left(AESLIFE, 1)), upper(left(AESHOSP, 1)), upper(left(AESDISAB, 1)),
          upper(left(AESCONG, 1)), upper(left(AESMIE, 1)), upper(left(AESCAN, 1)), upper(left(AESINTV, 1)))
       or upper(AEOUT) = 'FATAL' or AETOXGRN = 5)

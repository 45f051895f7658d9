-- Question: which adverse events have a grade, an outcome and criteria of seriousness that cannot all be right?
-- Grain: one adverse event.
-- Severity: doubtful
-- Weight: number; decision where in the DLT window
-- Says: the grade, the outcome and the seriousness criteria of the event contradict each other; a fatal event counts as
--     grade 5, otherwise the delivered grade counts.
-- Do: Ask the site which of the two values is right.
with told as (
    select
        USUBJID, AESEQ, coalesce(AEDECOD, AETERM) as TERM, AETOXGR, AETOXGRN, AEOUT, AESDTH, AESLIFE, FATALFL,
        AESDTH = 'Y' as INDEATH,
        AESLIFE = 'Y' as THREAT,
        ENDFATAL
    from aegrade
)
select 'AE' as DATASET, cast(null as varchar) as VARIABLE, USUBJID,
    'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', TERM, 'grade ' || AETOXGR, 'outcome ' || lower(AEOUT),
        case when AESDTH is not null then 'results in death: ' || AESDTH end,
        case when AESLIFE is not null then 'life threatening: ' || AESLIFE end) as DETAIL,
    exists (
        select 1 from adae as a
        where a.USUBJID = e.USUBJID and a.SRCSEQ is not distinct from cast(e.AESEQ as integer) and a.DLTWINFL = 'Y'
    ) as DECIDES
from told as e
where (FATALFL = 'Y' and AETOXGRN < 5)
   or (INDEATH and not ENDFATAL)
   or (ENDFATAL and AESDTH is not null and not INDEATH)
   or (AETOXGRN = 5 and AEOUT is not null and not ENDFATAL)
   or (THREAT and AETOXGRN < 4 and FATALFL = 'N')

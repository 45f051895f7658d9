-- Question: which adverse events have two grades in one text, such as 3-4?
-- Grain: one adverse event whose text of a grade is two neighbouring grades.
-- Severity: doubtful
-- Weight: number; decision where in the DLT window
-- Says: two grades are written; the worse is counted.
-- Do: Ask the sponsor for the one grade.
select 'AE' as DATASET, 'AETOXGR' as VARIABLE, USUBJID, 'AESEQ ' || cast(cast(AESEQ as bigint) as varchar) as RECORD,
    AETOXGR || ', counted as ' || AETOXGRN as DETAIL,
    exists (
        select 1 from adae as a
        where a.USUBJID = e.USUBJID and a.SRCSEQ is not distinct from cast(e.AESEQ as integer) and a.DLTWINFL = 'Y'
    ) as DECIDES
from source.ae as e
where AETOXGRN is not null and regexp_matches(upper(AETOXGR), '(-|–|TO) *(GRADE *|GR[.]? *|G *)?([1-5]|I+V?|V)$')
  and regexp_matches(upper(AETOXGR), '([1-5]|[IV]) *(-|–|TO)')

-- Question: which results of the heart contradict themselves?
-- Grain: one record of CV whose standardised number differs from its standardised or original text in the same unit.
-- Severity: doubtful
-- Weight: decision
-- Says: the numbers of one result contradict each other; it is assessed as possible dysfunction, not by either number.
-- Do: Ask the sponsor which number is right.
with written as (
    select
        *,
        try_cast(regexp_extract(replace(CVSTRESC, ',', '.'), '^\s*([0-9]+[.]?[0-9]*)\s*(%|percent)?\s*$', 1) as double)
            as TEXT,
        case when coalesce(lower(CVORRESU), '%') = coalesce(lower(CVSTRESU), '%') then
            try_cast(regexp_extract(replace(CVORRES, ',', '.'), '^\s*([0-9]+[.]?[0-9]*)\s*(%|percent)?\s*$', 1)
                as double) end as ORIGINAL
    from cvcoded
    where ROLE in ('LVEF', 'SF')
)
select 'CV' as DATASET, 'CVSTRESN' as VARIABLE, USUBJID, 'CVSEQ ' || cast(cast(CVSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', CVTESTCD, CVDTC, 'number ' || CVSTRESN, 'text ' || CVSTRESC, 'original ' || CVORRES) as DETAIL
from written
where greatest(abs(CVSTRESN - TEXT), abs(CVSTRESN - ORIGINAL))
    * case when lower(coalesce(CVSTRESU, '%')) like 'fraction%' then 100 else 1 end >= 1

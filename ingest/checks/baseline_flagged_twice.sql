-- Question: which hearts have several baseline flags before the first infusion?
-- Grain: one flagged ejection fraction, shortening fraction or strain beside a later flagged one by the same method.
-- Severity: note
-- Says: several results are flagged as baseline; the last of them before the first infusion is the baseline, and none of
--     them counts as a result after treatment.
-- Do: Ask the sponsor which one is the baseline, where it matters.
with flagged as (
    select
        cv.USUBJID, cv.CVTESTCD, cv.CVSEQ, cv.CVDTC, cv.CVDT,
        count(*) over same as NFLAG,
        row_number() over (same order by cv.CVDT desc nulls last, cv.CVDTM desc nulls last, cv.CVSEQ desc) as PLACE
    from source.cv as cv
    join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
    left join adsl as s on s.USUBJID = cv.USUBJID
    where upper(left(coalesce(cv.CVBLFL, cv.CVLOBXFL), 1)) = 'Y' and coalesce(cv.CVDT <= s.TRTSDT, true)
    window same as (partition by cv.USUBJID, cv.CVTESTCD, lower(cv.CVMETHOD), lower(cv.CVEVAL))
)
select 'CV' as DATASET, CVTESTCD as VARIABLE, USUBJID, 'CVSEQ ' || cast(cast(CVSEQ as bigint) as varchar) as RECORD,
    CVDTC || ', ' || NFLAG || ' flagged' as DETAIL
from flagged
where PLACE > 1

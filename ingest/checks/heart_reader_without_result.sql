-- Question: does the reader whose echocardiograms count in this trial have any result?
-- Grain: one other reader of ejection fraction, shortening fraction or strain, where that reader has none.
-- Severity: doubtful
-- Weight: decision
-- Says: no result is by the reader that the trial's definition names; the results of this one are used.
-- Do: State the reader as delivered (CVEVAL) under [heart] reader of trial.toml.
with result as (
    select cv.USUBJID, cv.CVTESTCD, cv.CVSEQ, upper(trim(coalesce(cv.CVEVAL, 'INVESTIGATOR'))) as READER
    from source.cv as cv
    join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')
)
select 'CV' as DATASET, 'CVEVAL' as VARIABLE, min(r.USUBJID) as USUBJID, cast(null as varchar) as RECORD,
    lower(r.READER) || ', ' || count(*) || ' results; the trial names ' || lower(any_value(s.NAMED)) as DETAIL
from result as r
cross join (select READER as NAMED from trial.settings) as s
where not exists (
    select 1 from result as o where regexp_matches(o.READER, '(^|[^A-Z])' || regexp_escape(s.NAMED) || '([^A-Z]|$)')
)
group by r.READER

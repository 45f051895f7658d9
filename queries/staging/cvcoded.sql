-- Question: which delivered results of CV are an ejection or shortening fraction or strain, by code or by name?
-- Grain: one record of CV.
-- Reads: source.cv, trial.test_code
-- Kept: no
-- ROLE: by the trial's test codes; a code of no role is an LVEF where it begins so, or its name says ejection fraction
-- or LVEF, of no right ventricle or atrium, and no change, limit or other measure of one.
select
    cv.*,
    coalesce(t.ROLE, case
        when upper(cv.CVTESTCD) not in (select TESTCD from trial.test_code)
            and regexp_matches(upper(concat_ws(' ', cv.CVTESTCD, cv.CVTEST)),
                'EJECTION FRAC|(^|[^A-Z])LVEF|LV ?EF([^A-Z]|$)')
            and not regexp_matches(upper(concat_ws(' ', cv.CVTESTCD, cv.CVTEST)),
                'RIGHT|ATRI|(^|[^A-Z])RV|CHANGE|CHG|DIFF|DELTA|REFEREN|LIMIT|LLN|ULN|SCORE|NORMAL|INTERP|METHOD|DATE'
                || '|FRACTION SHORT|TEXT|COMMENT|REASON') then 'LVEF' end) as ROLE
from source.cv as cv
left join trial.test_code as t on upper(cv.CVTESTCD) = t.TESTCD and t.ROLE in ('LVEF', 'SF', 'GLS')

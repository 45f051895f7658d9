-- Question: on the day of each first infusion, what was known of the subjects treated before?
-- Grain: one treated subject (a step) and one subject treated before it; the first step has one row without.
-- Read as a data cut of that day would: a DLT from its onset on, no DLT from the last day of the window on, not
-- evaluable from the day that became so. Verdicts are those of the present cut, whenever they were given.
with subject as (
    select
        d.*, row_number() over (order by d.TRTSDT, a.TRTSDTM nulls first, d.USUBJID) as STEP,
        case when d.COHORT = s.EXPCOHORT then 'Y' else 'N' end as EXPFL
    from addl as d
    join adsl as a on a.USUBJID = d.USUBJID
    cross join trial.settings as s
    -- nobody decided about supposed subjects: they are no steps
    where d.USUBJID not like 'HYPOTHETICAL-%'
)
select
    s.STEP, s.USUBJID, e.USUBJID as EARLIER, e.SUBJID as EARLIERID, e.DOSELVL, e.EXPFL, e.DLTTERM, e.DLTADY,
    case
        when e.DLTSTAT is null then null
        when e.DLTSTAT = 'DLT' and coalesce(e.DLTDT, e.WINENDT) <= s.TRTSDT then 'T'
        -- also one who had a DLT later: until its onset a cut read the subject as not evaluable
        when e.DLTSTAT <> 'Pending' and e.NEDT <= s.TRTSDT then null
        when e.DLTSTAT = 'Not evaluable' then case when e.NEDT is null and e.WINENDT <= s.TRTSDT then null else 'P' end
        when e.DLTSTAT = 'Pending' or e.WINENDT > s.TRTSDT then 'P'
        else 'N'
    end as RESULT
from subject as s
left join subject as e on e.STEP < s.STEP
order by s.STEP, e.STEP

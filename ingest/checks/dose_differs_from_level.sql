-- Question: which doses differ from the dose level that the subject was assigned?
-- Grain: one day of infusions of one subject: of course 1, or of a later course without a reason.
-- Severity: doubtful
-- Weight: number; decision where of course 1, without a reason
-- Says: the dose given differs from the dose level by more than the tolerance of the trial definition
--     (dlt.dose_tolerance); what follows for the evaluation of DLTs is decided by the dose of the whole first course.
-- Do: Ask the site whether dose and arm are right, and for the reason where none was delivered.
with of_day as (
    select
        USUBJID, COURSE, COURSEDY, ASTDT,
        string_agg(cast(cast(EXSEQ as bigint) as varchar), ', ' order by EXSEQ) as EXSEQS,
        -- what one day gave: a record of two doses a day gives both
        case when count(DOSE) = count(*) then sum(coalesce(AMOUNT / NDAYS, DOSE)) end as DOSE,
        string_agg(distinct EXADJ, '; ') as EXADJ
    from adex
    group by USUBJID, COURSE, COURSEDY, ASTDT
)
select 'EX' as DATASET, 'EXDOSE' as VARIABLE, e.USUBJID, 'EXSEQ ' || e.EXSEQS as RECORD,
    concat_ws(', ',
        'course ' || e.COURSE || ' day ' || e.COURSEDY,
        printf('%g', round(e.DOSE, 3)) || ' of ' || printf('%g', l.DOSE), e.EXADJ) as DETAIL,
    e.COURSE = 1 and e.EXADJ is null as DECIDES
from of_day as e
join adsl as a on a.USUBJID = e.USUBJID
join trial.dose_level as l on l.TRTA = a.TRTP
cross join trial.settings as s
where abs(e.DOSE - l.DOSE) > s.DOSETOL * l.DOSE + 1e-9 and (e.COURSE = 1 or e.EXADJ is null)

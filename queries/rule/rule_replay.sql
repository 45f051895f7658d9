-- Question: on the day of each first infusion, what was known of the subjects enrolled before?
-- Grain: one treated subject (a step) and one subject enrolled before it; the first step has one row without.
-- All steps of up to 500 subjects; of more so many of the last that they make about as many pairs as 500 do, 125,000.
-- Read as a data cut of that day would: a DLT from its onset on, no DLT from the last day of the window on, not
-- evaluable from the day that became so. Verdicts, and whether counts recovered, are those of the present cut, whenever
-- they were given. Who was enrolled before the step's subject and still awaited the first infusion, or died or left
-- later without one (adsl.FREEDT), was pending; who left on a day that no record tells is taken as gone.
with expansion as (
    select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION'
),
subject as (
    select
        d.*, a.ENRLDT, row_number() over (order by d.TRTSDT, a.TRTSDTM nulls first, d.USUBJID) as STEP,
        case when lower(trim(d.COHORT)) in (select COHORTLC from expansion) then 'Y' else 'N' end as EXPFL
    from addl as d
    join adsl as a on a.USUBJID = d.USUBJID
    -- nobody decided about supposed subjects: they are no steps; nor is a first infusion whose day is not known
    where d.USUBJID not like 'HYPOTHETICAL-%' and a.TRTSDT is not null
),
never_treated as (
    select
        a.USUBJID, a.SUBJID, a.DOSELVL, coalesce(a.ENRLDT, a.AWAITDT) as ENRLDT,
        a.FREEFL, a.FREEDT,
        case when lower(trim(a.COHORT)) in (select COHORTLC from expansion) then 'Y' else 'N' end as EXPFL
    from adsl as a
    where a.TRTSDT is null and coalesce(a.ENRLDT, a.AWAITDT) is not null and a.DOSELVL is not null
),
step as (
    select * from subject
    where STEP > (select floor(sqrt(greatest(count(*) * count(*) - 250000, 0))) from subject)
),
told as (
    select
        s.STEP, s.USUBJID, e.USUBJID as EARLIER, e.SUBJID as EARLIERID, e.DOSELVL, e.EXPFL, e.DLTTERM, e.DLTADY,
        e.TRTSDT as ORDERDT, e.STEP as ORDERNR,
        case
            when e.DLTSTAT is null then null
            when e.DLTSTAT = 'DLT' and coalesce(e.DLTDT, e.WINENDT) <= s.TRTSDT then 'T'
            -- also one who had a DLT later: until its onset a cut read the subject as not evaluable
            when e.DLTSTAT <> 'Pending' and e.NEDT <= s.TRTSDT then null
            when e.DLTSTAT = 'Not evaluable' then
                case when e.NEDT is null and e.WINENDT <= s.TRTSDT then null else 'P' end
            when e.DLTSTAT = 'Pending' or e.DOSECD in ('TOXICITY', 'DOUBT', 'NOREASON', 'UNKNOWN')
                or e.WINENDT > s.TRTSDT then 'P'
            else 'N'
        end as RESULT
    from step as s
    left join subject as e on e.STEP < s.STEP
    union all
    select s.STEP, s.USUBJID, e.USUBJID, e.SUBJID, e.DOSELVL, e.EXPFL, null, null, e.ENRLDT, null, 'P'
    from step as s
    join subject as e on e.STEP > s.STEP and e.ENRLDT < s.ENRLDT and e.DOSELVL is not null
    union all
    select s.STEP, s.USUBJID, e.USUBJID, e.SUBJID, e.DOSELVL, e.EXPFL, null, null, e.ENRLDT, null, 'P'
    from step as s
    join never_treated as e on e.ENRLDT < s.ENRLDT and case when e.FREEFL = 'Y' then e.FREEDT > s.TRTSDT else true end
)
select STEP, USUBJID, EARLIER, EARLIERID, DOSELVL, EXPFL,
    coalesce(DLTTERM, case when RESULT = 'T' then 'Term not delivered' end) as DLTTERM, DLTADY, RESULT
from told
-- the first step has a row without anybody before it, unless somebody awaited the first infusion then
qualify EARLIER is not null or count(EARLIER) over (partition by STEP) = 0
order by STEP, ORDERDT, ORDERNR nulls last, EARLIER

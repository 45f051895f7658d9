-- Question: which samples for pharmacokinetics were planned and taken, and what is the matter with each?
-- Grain: one planned sample of a treated subject, or one sample (time of an infusion) that was not planned; one without
-- a known infusion or time has a row of its own.
-- KIND: of the records of all analytes the gravest: BEFORE (a concentration before the first infusion), NO RECORD (due,
-- and nothing delivered), NOT DONE, NO RESULT, NO VALUE, LATER, DIFFERENT, MISTIMED (drawn earlier or later than the
-- trial allows), the other reasons of pkprofile, NOMINAL (not known when drawn), BELOW (the limit of quantification,
-- but before the first infusion), TAKEN; NOT DUE and NOT EXPECTED as addue finds them. ANALYTES: those of the KIND,
-- where not all. DEVH: hours later than planned, negative: earlier.
with kind (KIND, GRAVE) as (
    values ('BEFORE', 1), ('NO RECORD', 2), ('NOT DONE', 3), ('NO RESULT', 4), ('NO VALUE', 5), ('NO INFUSION', 6),
        ('NO TIME', 7), ('LATER', 8), ('DIFFERENT', 9), ('MISTIMED', 10), ('EXCLUDED', 11), ('SPECIMEN', 12),
        ('ABOVE LIMIT', 13), ('EARLY', 14), ('EARLIER', 15), ('REPEATED', 16), ('NOMINAL', 17), ('BELOW', 18),
        ('TAKEN', 19), ('NOT DUE', 20), ('NOT EXPECTED', 21)
),
treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE
    from selected
    where SAFFL = 'Y'
),
planned as (
    select
        d.USUBJID, k.COURSE, k.COURSEDAY as COURSEDY, k.NRRLT, d.DUEDT, d.REASON as WHY,
        case d.STATUS when 'Overdue' then 'NO RECORD' when 'Missed' then 'NOT DONE' when 'Done' then 'TAKEN'
            else upper(d.STATUS) end as KIND
    from trial.pk_sample as k
    join addue as d
        on d.ASSESS = 'PK'
        and d.AVISIT = 'Course ' || k.COURSE || ' day ' || k.COURSEDAY || ', ' || printf('%g', k.NRRLT) || ' h'
),
found as (
    select
        p.USUBJID, p.COURSE, p.COURSEDY, greatest(p.NRRLT, 0) as NRRLT, p.PCSEQ, a.PARAM, a.ADT,
        case when a.PCSTAT is null then a.ARRLT - a.NRRLT end as DEVH,
        case
            when p.BEFOREFL = 'Y' then 'BEFORE'
            when p.REASON is not null and p.REASON <> 'EXCLUDED' then p.REASON
            when a.MISTIMFL = 'Y' then 'MISTIMED'
            when p.REASON is not null then p.REASON
            when p.TIMEFROM = 'NOMINAL' then 'NOMINAL'
            when p.BLQFL = 'Y' and not (p.COURSE = 1 and p.COURSEDY = 1 and p.NRRLT <= 0) then 'BELOW'
            else 'TAKEN'
        end as KIND,
        coalesce(a.PCREASND, a.EXCLRS) as WHY
    from pkprofile as p
    join adpc as a on a.USUBJID = p.USUBJID and a.PCSEQ = p.PCSEQ
    where p.USUBJID in (select USUBJID from treated)
),
graded as (
    select f.*, k.GRAVE, case when f.COURSE is null or f.NRRLT is null then f.PCSEQ end as ALONE
    from found as f
    join kind as k on k.KIND = f.KIND
),
sample as (
    select
        USUBJID, COURSE, COURSEDY, NRRLT, ALONE, min(GRAVE) as WORST, max(GRAVE) as LEAST, min(ADT) as ADT,
        arg_max(DEVH, abs(DEVH)) as DEVH, min(WHY) as WHY, cast(count(*) as integer) as NRECORD
    from graded
    group by USUBJID, COURSE, COURSEDY, NRRLT, ALONE
),
-- the few samples whose records are not all of one kind
mixed as (
    select
        s.USUBJID, s.COURSE, s.COURSEDY, s.NRRLT, s.ALONE, min(g.WHY) filter (where g.GRAVE = s.WORST) as WHY,
        case when count(distinct g.PARAM) > count(distinct g.PARAM) filter (where g.GRAVE = s.WORST)
            then string_agg(distinct g.PARAM, ', ' order by g.PARAM) filter (where g.GRAVE = s.WORST) end as ANALYTES
    from (select * from sample where WORST < LEAST) as s
    join graded as g on g.USUBJID = s.USUBJID and g.COURSE is not distinct from s.COURSE
        and g.COURSEDY is not distinct from s.COURSEDY and g.NRRLT is not distinct from s.NRRLT
        and g.ALONE is not distinct from s.ALONE
    group by s.USUBJID, s.COURSE, s.COURSEDY, s.NRRLT, s.ALONE
),
told as (
    select
        s.* exclude (WHY), k.KIND, m.ANALYTES, if(s.WORST < s.LEAST, m.WHY, s.WHY) as WHY
    from sample as s
    join kind as k on k.GRAVE = s.WORST
    left join mixed as m on m.USUBJID = s.USUBJID and m.COURSE is not distinct from s.COURSE
        and m.COURSEDY is not distinct from s.COURSEDY and m.NRRLT is not distinct from s.NRRLT
        and m.ALONE is not distinct from s.ALONE
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE,
    coalesce(p.COURSE, f.COURSE) as COURSE, coalesce(p.COURSEDY, f.COURSEDY) as COURSEDY,
    coalesce(p.NRRLT, f.NRRLT) as NRRLT, case when p.USUBJID is not null then 'Y' end as PLANFL,
    coalesce(f.KIND, p.KIND) as KIND, cast(k.GRAVE as integer) as GRAVE, coalesce(f.WHY, p.WHY) as WHY, f.DEVH,
    f.ANALYTES, coalesce(f.ADT, p.DUEDT) as ADT, coalesce(f.NRECORD, 0) as NRECORD
from (select * from planned where USUBJID in (select USUBJID from treated)) as p
full join told as f
    on f.USUBJID = p.USUBJID and f.COURSE = p.COURSE and f.COURSEDY = p.COURSEDY and abs(f.NRRLT - p.NRRLT) < 0.01
join treated as t on t.USUBJID = coalesce(p.USUBJID, f.USUBJID)
join kind as k on k.KIND = coalesce(f.KIND, p.KIND)
order by k.GRAVE, abs(f.DEVH) desc nulls last, t.TRTAN nulls last, t.USUBJID, COURSE, COURSEDY, NRRLT

-- Question: what were the concentrations of an analyte ($analyte) at each dose, day and planned time?
-- Grain: one dose, day of a course and planned time with a sample of a treated subject.
-- Each subject counts once, with the first sample of the planned time that is in its profile. A value below the limit
-- of quantification is lower than any measured one, one above a limit higher. MEDIANQ: '<' or '>' where the median is
-- such a value; '?' where it lies between such a value and a measured one, so that it is not known. GEOMEAN: where
-- every value is measured. NMISS: no sample or no number; NLEFT: a sample that is in no profile.
with sample as (
    select
        s.USUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, p.COURSE, p.COURSEDY, p.NRRLT, p.CONC,
        case
            when p.REASON = 'ABOVE LIMIT' then 'ABOVE'
            when p.REASON in ('NOT DONE', 'NO RESULT', 'NO VALUE') then 'NONE'
            when p.REASON is not null then 'LEFT'
            when p.BLQFL = 'Y' then 'BELOW'
            else 'MEASURED'
        end as STATE,
        row_number() over (partition by s.USUBJID, p.COURSE, p.COURSEDY, p.NRRLT
            order by STATE in ('NONE', 'LEFT'), STATE = 'NONE', p.HOUR, p.PCSEQ) as NTH
    from pkprofile as p
    join selected as s on s.USUBJID = p.USUBJID
    where s.SAFFL = 'Y' and p.ANALYTE = $analyte
),
grouped as (
    select
        TRTA, TRTAN, COURSE, COURSEDY, NRRLT,
        cast(count(*) filter (where STATE in ('MEASURED', 'BELOW', 'ABOVE')) as integer) as N,
        cast(count(*) filter (where STATE = 'BELOW') as integer) as NBLQ,
        cast(count(*) filter (where STATE = 'NONE') as integer) as NMISS,
        cast(count(*) filter (where STATE = 'LEFT') as integer) as NLEFT,
        list_sort(list(case STATE when 'BELOW' then -1 when 'ABOVE' then 1e300 else CONC end)
            filter (where STATE in ('MEASURED', 'BELOW', 'ABOVE'))) as ORDERED,
        min(CONC) filter (where STATE = 'MEASURED') as LOW, max(CONC) filter (where STATE = 'MEASURED') as HIGH,
        case when NBLQ = 0 and count(*) filter (where STATE = 'ABOVE') = 0
            then exp(avg(ln(CONC)) filter (where STATE = 'MEASURED')) end as GEOMEAN
    from sample
    where NTH = 1 and COURSE is not null and COURSEDY is not null and NRRLT is not null
    group by TRTA, TRTAN, COURSE, COURSEDY, NRRLT
),
middle as (
    select *, ORDERED[(N + 1) // 2] as LOWER, ORDERED[N // 2 + 1] as UPPER
    from grouped
)
select
    TRTA, TRTAN, COURSE, COURSEDY, NRRLT, N, NBLQ, NMISS, NLEFT,
    case
        when N = 0 then null
        when UPPER = -1 then '<'
        when LOWER = 1e300 then '>'
        when LOWER = -1 or UPPER = 1e300 then '?'
    end as MEDIANQ,
    case when MEDIANQ is null then (LOWER + UPPER) / 2 end as MEDIAN,
    GEOMEAN, LOW, HIGH
from middle
order by TRTAN nulls last, TRTA, COURSE, COURSEDY, NRRLT

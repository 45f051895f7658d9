-- Question: what were the concentrations of an analyte ($analyte) at each dose, day and planned time?
-- Grain: one dose, day of a course and planned time with a sample of a treated subject.
-- Each subject counts once, with the first sample of the planned time. A value below the limit of quantification is
-- lower than any measured one, one above a limit higher. MEDIANQ: '<' or '>' where the median is such a value; '?'
-- where it lies between such a value and a measured one, so that it is not known. GEOMEAN: where every value is
-- measured. NNEXT: drawn after the start of the next infusion, so not counted.
with infusion as (
    select
        USUBJID, COURSE, COURSEDY, lead(min(ASTDTM)) over (partition by USUBJID order by min(ASTDTM)) as NEXTDTM
    from adex
    group by USUBJID, COURSE, COURSEDY
),
sample as (
    select
        s.USUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, p.COURSE, p.COURSEDY, p.NOMHOUR, p.AVAL,
        case
            when p.PCSTAT = 'NOT DONE' then 'NOT DONE'
            when p.ADTM > i.NEXTDTM then 'NEXT'
            when regexp_matches(p.AVALC, '^\s*[<≤]') or upper(trim(p.AVALC)) in ('BLQ', 'BLOQ', 'BQL', 'LLOQ')
                or p.AVAL <= 0 or p.AVAL < p.PCLLOQ then 'BELOW'
            when regexp_matches(p.AVALC, '^\s*[>≥]') then 'ABOVE'
            when p.AVAL is null then 'UNKNOWN'
            else 'MEASURED'
        end as STATE,
        row_number() over (partition by s.USUBJID, p.COURSE, p.COURSEDY, p.NOMHOUR
            order by (p.PCSTAT is not distinct from 'NOT DONE'), p.ADTM, p.PCSEQ) as NTH
    from adpc as p
    join selected as s on s.USUBJID = p.USUBJID
    left join infusion as i on i.USUBJID = p.USUBJID and i.COURSE = p.COURSE and i.COURSEDY = p.COURSEDY
    where s.SAFFL = 'Y' and p.PARAMCD = $analyte
),
grouped as (
    select
        TRTA, TRTAN, COURSE, COURSEDY, NOMHOUR,
        cast(count(*) filter (where STATE in ('MEASURED', 'BELOW', 'ABOVE')) as integer) as N,
        cast(count(*) filter (where STATE = 'BELOW') as integer) as NBLQ,
        cast(count(*) filter (where STATE in ('UNKNOWN', 'NOT DONE')) as integer) as NMISS,
        cast(count(*) filter (where STATE = 'NEXT') as integer) as NNEXT,
        list_sort(list(case STATE when 'BELOW' then -1 when 'ABOVE' then 1e300 else AVAL end)
            filter (where STATE in ('MEASURED', 'BELOW', 'ABOVE'))) as ORDERED,
        min(AVAL) filter (where STATE = 'MEASURED') as LOW, max(AVAL) filter (where STATE = 'MEASURED') as HIGH,
        case when count(*) filter (where STATE in ('BELOW', 'ABOVE')) = 0
            then exp(avg(ln(AVAL)) filter (where STATE = 'MEASURED')) end as GEOMEAN
    from sample
    where NTH = 1 and COURSE is not null and COURSEDY is not null and NOMHOUR is not null
    group by TRTA, TRTAN, COURSE, COURSEDY, NOMHOUR
),
middle as (
    select *, ORDERED[(N + 1) // 2] as LOWER, ORDERED[N // 2 + 1] as UPPER
    from grouped
)
select
    TRTA, TRTAN, COURSE, COURSEDY, NOMHOUR, N, NBLQ, NMISS, NNEXT,
    case
        when N = 0 then null
        when UPPER = -1 then '<'
        when LOWER = 1e300 then '>'
        when LOWER = -1 or UPPER = 1e300 then '?'
    end as MEDIANQ,
    case when MEDIANQ is null then (LOWER + UPPER) / 2 end as MEDIAN,
    GEOMEAN, LOW, HIGH
from middle
order by TRTAN nulls last, TRTA, COURSE, COURSEDY, NOMHOUR

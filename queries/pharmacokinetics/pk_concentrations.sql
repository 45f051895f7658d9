-- Question: which concentrations of the study drug or its metabolite ($analyte) has each treated subject, hour by hour?
-- Grain: one record of a treated subject; a sample NOT DONE keeps its row.
-- HOUR: hours from the start of the infusion to the sample, as recorded; the planned ones where a time is not known
-- (TIMEFROM NOMINAL). STATE: MEASURED; BELOW the limit of quantification (HEIGHT is that limit, null where it is not
-- known); ABOVE a limit; UNKNOWN where no number can be read; NOT DONE. NTH: which of several records of one planned
-- time it is, by time, then by record number. NEXTFL: drawn after the start of the next infusion, so no part of the
-- decline after its own.
with infusion as (
    select
        USUBJID, COURSE, COURSEDY, min(ASTDTM) as ASTDTM,
        lead(min(ASTDTM)) over (partition by USUBJID order by min(ASTDTM)) as NEXTDTM
    from adex
    group by USUBJID, COURSE, COURSEDY
),
sample as (
    select
        s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
        p.PARAMCD, p.PARAM, p.COURSE, p.COURSEDY, p.NOMHOUR, p.ADTM, p.AVAL, p.AVALC, p.AVALU, p.PCLLOQ, p.PCSEQ,
        p.PCREASND, case when p.ADTM > i.NEXTDTM then 'Y' end as NEXTFL,
        epoch(p.ADTM - coalesce(i.ASTDTM, p.REFDTM)) / 3600 as ACTUAL,
        try_cast(regexp_extract(p.AVALC, '^\s*[<>≤≥]=?\s*([0-9]+[.]?[0-9]*)\s*$', 1) as double) as WRITTEN,
        case
            when p.PCSTAT = 'NOT DONE' then 'NOT DONE'
            when regexp_matches(p.AVALC, '^\s*[<≤]') or upper(trim(p.AVALC)) in ('BLQ', 'BLOQ', 'BQL', 'LLOQ')
                or p.AVAL <= 0 or p.AVAL < p.PCLLOQ then 'BELOW'
            when regexp_matches(p.AVALC, '^\s*[>≥]') then 'ABOVE'
            when p.AVAL is null then 'UNKNOWN'
            else 'MEASURED'
        end as STATE
    from adpc as p
    join selected as s on s.USUBJID = p.USUBJID
    left join infusion as i on i.USUBJID = p.USUBJID and i.COURSE = p.COURSE and i.COURSEDY = p.COURSEDY
    where s.SAFFL = 'Y' and p.PARAMCD = $analyte
)
select
    USUBJID, SUBJID, TRTA, TRTAN, DISEASE, PARAMCD, PARAM, COURSE, COURSEDY, NOMHOUR, ADTM,
    coalesce(ACTUAL, NOMHOUR) as HOUR, case when ACTUAL is null then 'NOMINAL' else 'ACTUAL' end as TIMEFROM,
    STATE, case when STATE = 'MEASURED' then AVAL end as AVAL,
    case STATE when 'MEASURED' then AVAL when 'BELOW' then coalesce(PCLLOQ, nullif(WRITTEN, 0))
        when 'ABOVE' then WRITTEN end as HEIGHT,
    AVALC, AVALU, PCLLOQ, PCREASND, PCSEQ, NEXTFL,
    cast(row_number() over (partition by USUBJID, COURSE, COURSEDY, NOMHOUR
        order by (STATE = 'NOT DONE'), ADTM, PCSEQ) as integer) as NTH
from sample
order by TRTAN nulls last, TRTA, USUBJID, COURSE, COURSEDY, HOUR, PCSEQ

-- Question: which concentrations of the study drug or its metabolite ($analyte) has each treated subject, hour by hour?
-- Grain: one record of a treated subject; a sample NOT DONE keeps its row.
-- HOUR: hours from the start of the infusion to the sample, as recorded; the planned ones where a time is not known
-- (TIMEFROM NOMINAL). STATE: MEASURED; BELOW the limit of quantification (HEIGHT, where it is drawn, is that limit,
-- null where it is not known); ABOVE a limit; NONE where there is no number. REASON: why a sample is in no profile.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
    p.ANALYTE, a.PARAM, p.COURSE, p.COURSEDY, p.NRRLT, coalesce(a.ARRLT, a.NRRLT) as HOUR, p.TIMEFROM, p.REASON,
    case
        when p.BLQFL = 'Y' then 'BELOW'
        when a.AULOQ is not null or p.REASON = 'ABOVE LIMIT' then 'ABOVE'
        when p.CONC is null then 'NONE'
        else 'MEASURED'
    end as STATE,
    case when STATE = 'MEASURED' then p.CONC end as AVAL,
    case STATE when 'MEASURED' then p.CONC when 'BELOW' then a.ALLOQ when 'ABOVE' then a.AULOQ end as HEIGHT,
    a.AVALC, a.ALLOQ, a.PCREASND, p.PCSEQ
from pkprofile as p
join adpc as a on a.USUBJID = p.USUBJID and a.PCSEQ = p.PCSEQ
join selected as s on s.USUBJID = p.USUBJID
where s.SAFFL = 'Y' and p.ANALYTE = $analyte
order by s.TRTAN nulls last, s.TRTA, s.USUBJID, p.COURSE, p.COURSEDY, HOUR, p.PCSEQ

-- Question: which concentrations of the study drug and its metabolite has this subject?
-- Grain: one record of the subject ($usubjid); a sample NOT DONE keeps its row.
-- HOUR, STATE, HEIGHT and REASON as in pk_concentrations.
select
    s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.DISEASE,
    p.ANALYTE, a.PARAM, p.COURSE, p.COURSEDY, p.NRRLT, coalesce(a.ARRLT, a.NRRLT) as HOUR, p.TIMEFROM, p.REASON,
    case
        when p.BLQFL = 'Y' then 'BELOW'
        when a.AULOQ is not null or p.REASON = 'ABOVE LIMIT' then 'ABOVE'
        when p.CONC is null then 'NONE'
        else 'MEASURED'
    end as STATE,
    case when STATE = 'MEASURED' then p.CONC end as AVAL,
    case STATE when 'MEASURED' then p.CONC when 'BELOW' then a.ALLOQ when 'ABOVE' then a.AULOQ end as HEIGHT,
    a.AVALC, a.ALLOQ, a.PCREASND, a.ADT, p.PCSEQ
from pkprofile as p
join adpc as a on a.USUBJID = p.USUBJID and a.PCSEQ = p.PCSEQ
join adsl as s on s.USUBJID = p.USUBJID
where p.USUBJID = $usubjid
order by p.COURSE, p.COURSEDY, p.ANALYTE desc, HOUR, p.PCSEQ

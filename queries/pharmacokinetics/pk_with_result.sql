-- Question: which treated subjects have a result of the study drug or its metabolite ($analyte)?
-- Grain: one treated subject with a concentration that pk_concentrations calls MEASURED, BELOW or ABOVE.
select distinct s.USUBJID
from pkprofile as p
join adpc as a on a.USUBJID = p.USUBJID and a.PCSEQ = p.PCSEQ
join selected as s on s.USUBJID = p.USUBJID
where s.SAFFL = 'Y' and p.ANALYTE = $analyte
    and (p.BLQFL = 'Y' or a.AULOQ is not null or p.REASON = 'ABOVE LIMIT' or p.CONC is not null)
order by s.USUBJID

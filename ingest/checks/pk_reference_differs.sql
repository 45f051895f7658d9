-- Question: which samples name another start of their infusion than EX?
-- Grain: one PC record.
-- Severity: doubtful
-- Weight: number
-- Says: the start of the infusion that the sample refers to is not that of EX; hours are counted from that of EX.
-- Do: Ask the sponsor which start is right.
select 'PC' as DATASET, 'PCRFTDTC' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    concat(c.PCRFTDTC, ', in EX ', strftime(p.REFDTM, '%Y-%m-%dT%H:%M')) as DETAIL
from adpc as p
join source.pc as c on c.USUBJID = p.USUBJID and cast(c.PCSEQ as integer) = p.PCSEQ
where p.REFDTM <> c.PCRFTDTM
    -- the end of the infusion is another time, and no contradiction
    and not regexp_matches(lower(coalesce(c.PCTPTREF, '')),
        '\beoi\b|\b(end|stop|completion)\b.*\binf|\binf[a-z]* (end|stop)')

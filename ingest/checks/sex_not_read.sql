-- Question: whose sex is not told, or in a way that is not known?
-- Grain: one subject; where the sex is blank, an enrolled one, while others have theirs.
-- Severity: left out
-- Weight: number
-- Says: the sex is blank, or none of F, M, U and UNDIFFERENTIATED; it is shown as unknown, and nothing that depends on
--     it is estimated.
-- Do: Ask the sponsor for F or M.
select 'DM' as DATASET, 'SEX' as VARIABLE, d.USUBJID, cast(null as varchar) as RECORD,
    coalesce(d.SEX, 'blank') as DETAIL
from source.dm as d
left join adsl as s on s.USUBJID = d.USUBJID
where coalesce(upper(d.SEX) not in ('F', 'M', 'U', 'UN', 'UNK', 'UNKNOWN', 'UNDIFFERENTIATED', 'INTERSEX'),
    s.ENRLFL = 'Y' and exists (select 1 from source.dm where SEX is not null))

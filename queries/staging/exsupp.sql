-- Question: to which exposure record does each supplemental value of EX belong?
-- Grain: one supplemental value of EX and one record that it belongs to; of a value that reaches none, EXSEQ is empty.
-- Reads: source.ex, source.supp
-- Kept: no
-- By EXSEQ, or by EXGRPID to every record of the group. By another variable of the record (EXSPID, EXLNKID, EXREFID,
-- EXSTDTC), or where the value names none, only where one record of the subject alone fits. Texts are compared as those
-- of adverse events are (aesupp).
with value as (
    select
        row_number() over () as SROW, USUBJID, upper(trim(IDVAR)) as IDVAR, IDVARVAL, IDVARVALN,
        upper(trim(QNAM)) as QNAM, QVAL,
        regexp_replace(upper(trim(IDVARVAL)), '^0+([0-9])|[.]0+$', '\1', 'g') as IDENTITY
    from source.supp
    where upper(RDOMAIN) = 'EX' and QVAL is not null
),
named as (
    select USUBJID, EXSEQ, IDVAR, regexp_replace(upper(trim(TEXT)), '^0+([0-9])|[.]0+$', '\1', 'g') as IDENTITY
    from (select USUBJID, EXSEQ, EXGRPID, EXSPID, EXLNKID, EXREFID, EXSTDTC from source.ex)
    unpivot (TEXT for IDVAR in (EXGRPID, EXSPID, EXLNKID, EXREFID, EXSTDTC))
),
fits as (
    select v.SROW, e.EXSEQ
    from value as v
    join source.ex as e on e.USUBJID = v.USUBJID
        and (v.IDVAR = 'EXSEQ' and e.EXSEQ = v.IDVARVALN or v.IDVAR is null and v.IDVARVAL is null)
    union all
    select v.SROW, n.EXSEQ
    from value as v
    join named as n on n.USUBJID = v.USUBJID and n.IDVAR = v.IDVAR and n.IDENTITY = v.IDENTITY
),
found as (
    select f.SROW, f.EXSEQ
    from fits as f
    join value as v on v.SROW = f.SROW
    qualify v.IDVAR in ('EXSEQ', 'EXGRPID') or count(*) over (partition by f.SROW) = 1
)
select v.* exclude (SROW, IDENTITY, IDVARVALN), f.EXSEQ
from value as v
left join found as f on f.SROW = v.SROW

-- Question: to which adverse event does each supplemental value of AE belong?
-- Grain: one supplemental value of AE and one event that it belongs to; of a value that reaches none, AEROW is empty.
-- Reads: aerow, source.supp
-- Kept: no
-- By AESEQ, or by AEGRPID to every event of the group, as SDTM has it. By another variable of the event (AESPID,
-- AELNKID, AEREFID, AETERM, AEDECOD), or where the record names none, only where one event of the subject alone fits.
-- Texts are compared without case, leading zeros and a decimal point that a spreadsheet added.
with value as (
    select
        row_number() over () as SROW, USUBJID, upper(trim(IDVAR)) as IDVAR, IDVARVAL, IDVARVALN,
        upper(trim(QNAM)) as QNAM, QLABEL, QVAL, QVALYN,
        regexp_replace(upper(trim(IDVARVAL)), '^0+([0-9])|[.]0+$', '\1', 'g') as IDENTITY
    from source.supp
    where upper(RDOMAIN) = 'AE' and QVAL is not null
),
named as (
    select AEROW, USUBJID, IDVAR, regexp_replace(upper(trim(TEXT)), '^0+([0-9])|[.]0+$', '\1', 'g') as IDENTITY
    from (select AEROW, USUBJID, AEGRPID, AESPID, AELNKID, AEREFID, AETERM, AEDECOD from aerow)
    unpivot (TEXT for IDVAR in (AEGRPID, AESPID, AELNKID, AEREFID, AETERM, AEDECOD))
),
fits as (
    select v.SROW, e.AEROW
    from value as v
    join aerow as e on e.USUBJID = v.USUBJID and e.AESEQ = v.IDVARVALN
    where v.IDVAR = 'AESEQ'
    union all
    select v.SROW, n.AEROW
    from value as v
    join named as n on n.USUBJID = v.USUBJID and n.IDVAR = v.IDVAR and n.IDENTITY = v.IDENTITY
    union all
    select v.SROW, e.AEROW
    from value as v
    join aerow as e on e.USUBJID = v.USUBJID
    where v.IDVAR is null and v.IDVARVAL is null
),
found as (
    select f.SROW, f.AEROW
    from fits as f
    join value as v on v.SROW = f.SROW
    qualify v.IDVAR in ('AESEQ', 'AEGRPID') or count(*) over (partition by f.SROW) = 1
)
select v.* exclude (SROW, IDENTITY), f.AEROW
from value as v
left join found as f on f.SROW = v.SROW

-- Question: which supplemental records point to a record that did not come, or not by its number where that is needed?
-- Grain: one supplemental record.
-- Severity: left out
-- Weight: number; decision in SUPPAE, SUPPDM, SUPPEX, SUPPQUAL
-- Says: the supplemental value points to no record that was delivered, or not by its sequence number; it is not
--     counted.
-- Do: Ask the sponsor for the record it belongs to, or for its number.
with supplemental as (
    select upper(RDOMAIN) as RDOMAIN, USUBJID, upper(IDVAR) as IDVAR, IDVARVAL, IDVARVALN, upper(QNAM) as QNAM, QVAL
        from source.supp
)
select 'SUPP' || coalesce(RDOMAIN, 'QUAL') as DATASET, QNAM as VARIABLE, s.USUBJID,
    concat_ws(' ', IDVAR, IDVARVAL) as RECORD, QVAL as DETAIL
from supplemental as s
where (
    IDVAR = RDOMAIN || 'SEQ' and exists (select 1 from trial.cut)
    and not exists (
        select 1 from delivered_record as r
        where r.DATASET = s.RDOMAIN and r.USUBJID = s.USUBJID and r.SEQ = s.IDVARVALN
    )
    and s.RDOMAIN in ('AE', 'LB', 'EG', 'CV', 'RS', 'DS', 'MH', 'CM', 'PR', 'PC', 'VS', 'DV', 'EX')
) or (
    coalesce(RDOMAIN, '') not in (select upper(DATASET) from ingest.dataset where SCHEMANAM = 'sdtm')
) or (
    -- flags of a baseline are read by the number alone
    RDOMAIN in ('EG', 'LB', 'CV') and IDVAR is distinct from RDOMAIN || 'SEQ'
) or (
    RDOMAIN = 'EX' and IDVAR is distinct from 'EXSEQ' and exists (
        select 1 from exsupp as e
        where e.EXSEQ is null and e.USUBJID = s.USUBJID and e.QNAM = s.QNAM
          and e.IDVAR is not distinct from s.IDVAR and e.IDVARVAL is not distinct from s.IDVARVAL
    )
) or (
    RDOMAIN = 'DM' and not exists (select 1 from source.dm as d where d.USUBJID = s.USUBJID)
)

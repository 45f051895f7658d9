-- Question: which supplemental records point to a record that did not come?
-- Grain: one supplemental record.
-- Severity: left out
-- Weight: number; decision in SUPPAE, SUPPDM, SUPPQUAL
-- Says: the supplemental value points to a record that was not delivered; it is not counted.
-- Do: Ask the sponsor for the record it belongs to.
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
    RDOMAIN = 'DM' and not exists (select 1 from source.dm as d where d.USUBJID = s.USUBJID)
)

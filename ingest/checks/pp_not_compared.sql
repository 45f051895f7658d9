-- Question: which of the sponsor's pharmacokinetic parameters cannot be compared?
-- Grain: one PP record.
-- Severity: left out
-- Weight: information
-- Says: the sponsor's parameter is not used: its analyte, infusion, unit or value cannot be read, or there are
--     several values of one.
-- Do: Ask the sponsor for analyte (PPCAT), reference time (PPRFDTC) and unit.
select 'PP' as DATASET, cast(null as varchar) as VARIABLE, p.USUBJID,
    'PPSEQ ' || cast(p.PPSEQ as varchar) as RECORD,
    concat_ws(' ', lower(p.STATUS) || ':', p.PPCAT, p.PPTESTCD, printf('%g', p.NUMBER), p.UNIT) as DETAIL
from pkdelivered as p
where p.STATUS in ('ANALYTE', 'INFUSION', 'UNIT', 'NUMBER', 'SEVERAL')

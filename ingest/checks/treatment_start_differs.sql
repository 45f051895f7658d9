-- Question: whose first infusion is not on the day that DM says?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the first infusion in EX is not on the day of RFXSTDTC in DM; EX is used.
-- Do: Ask the sponsor which is right: all study days are counted from it.
select 'DM' as DATASET, 'RFXSTDTC' as VARIABLE, adsl.USUBJID, cast(null as varchar) as RECORD,
    'EX ' || coalesce(cast(adsl.TRTSDT as varchar), 'none') || ', DM ' || coalesce(dm.RFXSTDTC, 'none') as DETAIL
from adsl
join source.dm as dm using (USUBJID)
where adsl.TRTSDT is distinct from dm.RFXSTDT and dm.RFXSTDT is not null and dm.RFXSTDTF is null

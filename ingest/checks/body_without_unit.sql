-- Question: which heights, weights and body surfaces have no unit that is known?
-- Grain: one measurement with a number.
-- Severity: left out
-- Weight: number
-- Says: the measurement has no unit, or one that is not known, and is not used: GFR is not estimated with it, and no
--     dose is converted with it.
-- Do: Ask the sponsor for the unit.
select 'VS' as DATASET, upper(vs.VSTESTCD) as VARIABLE, vs.USUBJID,
    'VSSEQ ' || cast(cast(vs.VSSEQ as bigint) as varchar) as RECORD,
    concat_ws(' ', coalesce(vs.VSSTRESC, vs.VSORRES, cast(vs.VSSTRESN as varchar)),
        coalesce(vs.VSSTRESU, vs.VSORRESU, 'without a unit')) as DETAIL
from source.vs as vs
join body as b on b.USUBJID = vs.USUBJID and b.VSDT = vs.VSDT and b.TESTCD = upper(vs.VSTESTCD)
    and b.VSSEQ = coalesce(vs.VSSEQ, 0)
where b.AVAL is null

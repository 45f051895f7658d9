-- Question: who has a planned dose level in DM, and neither an infusion nor a record of the enrolment?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: DM names a planned dose level, no infusion and no record of the enrolment was delivered, and nothing says that
--     the subject left; the subject may be enrolled and holds a place as pending.
-- Do: Ask the sponsor whether the subject is enrolled (a record in DS); or add the word that means it to [enrolment] of
--     trial.toml.
select 'DM' as DATASET, cast(null as varchar) as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    concat_ws(', ', TRTA, 'since ' || AWAITDT, case when contains(AWAITCD, 'NOTTRT') then 'DM says not treated' end,
        case when USUBJID in (select USUBJID from exother) then 'EX holds other drugs alone' end) as DETAIL
from adsl
where TRTSDT is null and contains(AWAITCD, 'ASSIGNED')

-- Question: does EX hold other drugs alone, while nobody is said to have been treated?
-- Grain: one row where no record of EX is of the study drug.
-- Severity: doubtful
-- Weight: decision
-- Says: EX holds other drugs alone, and DM names nobody as treated; nobody counts as treated.
-- Do: Nothing before the first infusion. Else ask the sponsor for the infusions of the study drug, or add its name in
--     EX to drug_names of [trial] in trial.toml.
select 'EX' as DATASET, 'EXTRT' as VARIABLE, cast(null as varchar) as USUBJID, cast(null as varchar) as RECORD,
    string_agg(distinct EXTRT, ', ' order by EXTRT) as DETAIL
from exdrug
having count(*) > 0 and bool_and(DRUGCD = 'OTHER')

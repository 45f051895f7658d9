-- Question: which drugs does EX hold beside the study drug?
-- Grain: one text of EXTRT.
-- Severity: note
-- Weight: number
-- Says: a drug other than the study drug; its records count for no first infusion, DLT window, course or dose.
-- Do: Nothing, or add the text to drug_names of [trial] in trial.toml where it is the study drug.
select 'EX' as DATASET, 'EXTRT' as VARIABLE, cast(null as varchar) as USUBJID, EXTRT as RECORD,
    count(*) || case count(*) when 1 then ' record' else ' records' end || ' of '
        || count(distinct USUBJID) || case count(distinct USUBJID) when 1 then ' subject' else ' subjects' end as DETAIL
from exdrug
where DRUGCD = 'OTHER'
group by EXTRT

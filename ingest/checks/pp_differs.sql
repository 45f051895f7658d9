-- Question: which of the sponsor's pharmacokinetic parameters differ from what is derived?
-- Grain: one parameter of one analyte after one infusion.
-- Severity: doubtful
-- Weight: number
-- Says: the sponsor's parameter differs from the derived one by more than the trial definition allows; the derived
--     one is shown, and the sponsor's beside it.
-- Do: Ask the sponsor by which method, times and dose it was computed.
select 'PP' as DATASET, p.PARAMCD as VARIABLE, p.USUBJID, cast(null as varchar) as RECORD,
    concat_ws(' ', printf('%s, course %d day %d: derived %.4g, delivered %.4g',
        case p.ANALYTE when 'PARENT' then 'drug' else 'metabolite' end, p.COURSE, p.COURSEDY, p.DERIVED, p.DELIVERED),
        p.AVALU) as DETAIL
from adpp as p
where p.DIFFFL = 'Y'

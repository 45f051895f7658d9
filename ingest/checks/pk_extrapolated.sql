-- Question: whose AUC to infinity rests for a large share on extrapolation?
-- Grain: one analyte after one infusion.
-- Severity: doubtful
-- Weight: number
-- Says: more of the AUC to infinity than the trial definition allows lies beyond the last sample; it, clearance and
--     volumes are uncertain.
-- Do: Look at the samples that are missing; later ones cannot be made up for.
select 'PC' as DATASET, cast(null as varchar) as VARIABLE, p.USUBJID, cast(null as varchar) as RECORD,
    printf('%s, course %d day %d: %.0f %%', case p.ANALYTE when 'PARENT' then 'drug' else 'metabolite' end,
        p.COURSE, p.COURSEDY, p.DERIVED) as DETAIL
from adpp as p
cross join trial.settings as s
where p.PARAMCD = 'AUCPEO' and p.DERIVED > 100 * s.PKEXTRAP

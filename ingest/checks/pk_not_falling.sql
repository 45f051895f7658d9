-- Question: in whom do concentrations not fall after their peak?
-- Grain: one analyte after one infusion.
-- Severity: doubtful
-- Weight: number
-- Says: the concentrations do not fall after their peak, so there is no half-life; samples may be mixed up.
-- Do: Ask the sponsor whether the samples of this subject are labelled rightly.
select 'PC' as DATASET, cast(null as varchar) as VARIABLE, p.USUBJID, cast(null as varchar) as RECORD,
    concat(case p.ANALYTE when 'PARENT' then 'drug' else 'metabolite' end, ', course ', p.COURSE, ' day ', p.COURSEDY)
        as DETAIL
from adpp as p
where p.PARAMCD = 'LAMZ' and p.REASON = 'the concentrations do not fall after Cmax'

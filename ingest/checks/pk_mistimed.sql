-- Question: which samples were drawn at another time than planned?
-- Grain: one PC record with both times.
-- Severity: doubtful
-- Weight: number
-- Says: the sample was drawn earlier or later than planned by more than the trial definition allows; it counts at its
--     actual time.
-- Do: Ask the site whether the times of the sample and of the infusion are right.
select 'PC' as DATASET, 'PCDTC' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    printf('planned at %.4g h, drawn at %.4g h', p.NRRLT, p.ARRLT) as DETAIL
from adpc as p
where p.MISTIMFL = 'Y'

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
cross join trial.settings as s
where p.PCSTAT is null and p.AVALC is not null
    and case when p.NRRLT > 0 then abs(p.ARRLT - p.NRRLT) > greatest(s.PKLATEMIN / 60, s.PKLATE * p.NRRLT) + 1e-6
        else p.ARRLT > s.PKLATEMIN / 60 + 1e-6 or p.ARRLT < -s.PKPREDOSE - 1e-6 end

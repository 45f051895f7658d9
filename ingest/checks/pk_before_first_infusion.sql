-- Question: who had the drug or its metabolite in the blood before the first infusion?
-- Grain: one PC record.
-- Severity: doubtful
-- Weight: number
-- Says: a concentration above the limit of quantification before the first infusion; samples or times may be mixed
--     up.
-- Do: Ask the sponsor whether sample, subject and times are right.
select 'PC' as DATASET, 'PCSTRESN' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    printf('%.4g ng/mL at %.4g h', p.AVAL, coalesce(p.ARRLT, p.NRRLT)) as DETAIL
from adpc as p
join pkprofile as f on f.USUBJID = p.USUBJID and f.PCSEQ = p.PCSEQ
where f.BEFOREFL = 'Y'

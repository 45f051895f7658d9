-- Question: which exposure records do not tell how many infusions they stand for?
-- Grain: one exposure record over several days, or to an end that is not written or partial.
-- Severity: doubtful
-- Weight: number; decision where of course 1
-- Says: a record over several days without a frequency, or with one that is not recognised: the number of infusions
--     cannot be told. The dose of its course and the cumulative dose from then on are unknown; no infusion is taken as
--     missed.
-- Do: Ask the sponsor for one record an infusion, or for EXDOSFRQ.
select 'EX' as DATASET, 'EXDOSFRQ' as VARIABLE, e.USUBJID,
    'EXSEQ ' || cast(cast(e.EXSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', x.EXSTDTC || ' to ' || coalesce(x.EXENDTC, 'an end that is missing'),
        coalesce('frequency ' || x.EXDOSFRQ, 'no frequency')) as DETAIL,
    e.COURSE = 1 as DECIDES
from adex as e
join source.ex as x on x.USUBJID = e.USUBJID and x.EXSEQ is not distinct from e.EXSEQ and x.EXSTDT = e.ASTDT
where e.NDAYS is null

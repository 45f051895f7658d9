-- Question: which data-quality findings does this cut have, what could they change, and what can be done about them?
-- Grain: one kind of finding in one dataset (and variable) of one weight, the heaviest first.
select WEIGHT, SEVERITY, DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
order by
    case WEIGHT when 'decision' then 1 when 'number' then 2 else 3 end,
    case SEVERITY when 'left out' then 1 when 'doubtful' then 2 else 3 end, DATASET, CHECKID, WHAT

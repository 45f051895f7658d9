-- Question: which data-quality findings does this cut have, how often, and what can be done about them?
-- Grain: one kind of finding in one dataset (and variable).
select SEVERITY, DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
where SEVERITY <> 'left out'
order by case SEVERITY when 'doubtful' then 1 else 2 end, DATASET, CHECKID, WHAT

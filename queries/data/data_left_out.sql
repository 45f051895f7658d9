-- Question: what was received and is not counted in any display, and why?
-- Grain: one reason in one dataset (and variable) of one weight, the heaviest first.
select WEIGHT, DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
where SEVERITY = 'left out'
order by case WEIGHT when 'decision' then 1 when 'number' then 2 else 3 end, DATASET, CHECKID, WHAT

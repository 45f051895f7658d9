-- Question: what came and is counted in no display, and why?
-- Grain: one reason in one dataset (and variable).
select DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
where SEVERITY = 'left out'
order by DATASET, CHECKID, WHAT

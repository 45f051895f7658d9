-- Question: what was received and is not counted in any display, and why?
-- Grain: one reason in one dataset (and variable).
select DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
where SEVERITY = 'left out'
order by DATASET, CHECKID, WHAT

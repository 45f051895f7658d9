-- Question: which data-quality findings of this cut could change a decision?
-- Grain: one kind of finding in one dataset (and variable).
select DATASET, CHECKID, WHAT, NRECS, EXAMPLES, ACTION
from ingest.finding
where WEIGHT = 'decision'
order by DATASET, CHECKID, WHAT

-- Question: was the system organ class of adverse events delivered, by which cardiac events are recognised?
-- Grain: one row.
select count(*) filter (where coalesce(AEBODSYS, AESOC) is not null) as NCLASS, count(*) as NEVENTS
from source.ae

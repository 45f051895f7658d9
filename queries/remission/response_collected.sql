-- Question: were response assessments delivered with this cut at all?
-- Grain: one row.
select count(*) filter (where PARAMCD = 'OVRLRESP') as ASSESSED, count(*) filter (where PARAMCD = 'BLASTBM') as MARROWS
from adrs

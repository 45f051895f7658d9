-- Question: which subjects are in the groups of whom an open session tells a result that stays as it is?
-- Grain: one subject in one group. It is asked to find out how many subjects two cuts differ by; no display asks it.
-- evaluated: whose DLT evaluation has ended; response: evaluable for response; ended: whose treatment has ended.
with treated as (
    select * from selected where SAFFL = 'Y'
)
select 'treated' as GROUPNAM, USUBJID from treated
union all
select 'delivered', USUBJID from selected
union all
select 'heart', USUBJID
from treated
where USUBJID in (select USUBJID from adcv where PARAMCD = 'LVEF' and ABLFL = 'Y' and AVAL is not null)
union all
select 'anthracycline', USUBJID from treated where PANTMISS = 0 and PANTDOX > 0
union all
select 'evaluated', d.USUBJID
from addl as d
join treated as t on t.USUBJID = d.USUBJID
where d.DLTSTAT in ('DLT', 'No DLT', 'Not evaluable')
union all
select 'evaluable', d.USUBJID
from addl as d
join treated as t on t.USUBJID = d.USUBJID
where d.DLTSTAT in ('DLT', 'No DLT')
union all
select 'ended', USUBJID
from treated
where EOTDT is not null or EOTREAS is not null or EOSDT is not null or DCSREAS is not null or DTHFL = 'Y'
union all
select 'response', r.USUBJID
from adrs as r
join selected as s on s.USUBJID = r.USUBJID
where r.PARAMCD = 'BOR' and r.EVALFL = 'Y'

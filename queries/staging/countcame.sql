-- Question: which of the counts by which an aplasia is seen, and which transfusions, were delivered and can be read?
-- Grain: one of ANC (neutrophils), PLATELETS and TRANSFUSION that was delivered.
-- Reads: labrole, transfusion
-- NRECS: how many records; NREAD: how many of them have a number in a unit that is read; each of the transfusions is.
select ROLE, cast(count(*) as integer) as NRECS, cast(count(AVAL) as integer) as NREAD
from labrole
where ROLE in ('ANC', 'PLATELETS')
group by ROLE
union all
select 'TRANSFUSION', cast(count(*) as integer), cast(count(*) as integer)
from transfusion
having count(*) > 0
order by ROLE

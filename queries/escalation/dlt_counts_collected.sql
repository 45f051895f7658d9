-- Question: were neutrophils and platelets delivered at all, by which an aplasia is seen, transfusions, and visits?
-- Grain: one row. ANCREAD, PLATREAD: at least one of them that can be read.
select
    coalesce(bool_or(ROLE = 'ANC'), false) as ANC, coalesce(bool_or(ROLE = 'PLATELETS'), false) as PLATELETS,
    coalesce(bool_or(ROLE = 'ANC' and NREAD > 0), false) as ANCREAD,
    coalesce(bool_or(ROLE = 'PLATELETS' and NREAD > 0), false) as PLATREAD,
    coalesce(bool_or(ROLE = 'TRANSFUSION'), false) as TRANSFUSED,
    exists (select 1 from source.sv) or exists (select 1 from source.vs) or exists (select 1 from source.lb) as VISITED
from countcame

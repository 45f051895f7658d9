-- Question: who left the study, or the treatment, before dying of it, when and why?
-- Grain: one subject who left.
-- Reads: adsl
-- Kept: no
-- Observation ended early: end of study, or treatment ended because the subject left.
with ended as (
    select
        USUBJID,
        case when DCSREAS <> 'COMPLETED' then EOSDT end as LEFTDT, DCSREAS as LEFTREAS
    from adsl
    where TRTSDT is not null
    union all
    select USUBJID, EOTDT, EOTREAS
    from adsl
    where TRTSDT is not null and (upper(EOTREAS) like '%WITHDRAW%' or upper(EOTREAS) like 'LOST TO FOLLOW%')
)
select USUBJID, min(LEFTDT) as LEFTDT, arg_min(LEFTREAS, LEFTDT) as LEFTREAS
from ended
where LEFTDT is not null and upper(coalesce(LEFTREAS, '')) <> 'DEATH'
group by USUBJID

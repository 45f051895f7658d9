-- Question: who left the study, or the treatment, before dying of it, when and why?
-- Grain: one subject who left.
-- Reads: adsl, disposition
-- Kept: no
-- Observation ended early: end of study, or treatment ended because the subject left; a death afterwards changes nothing
-- of that.
with ended as (
    select
        USUBJID,
        case when DCSREAS <> 'COMPLETED' then EOSDT end as LEFTDT, DCSREAS as LEFTREAS
    from adsl
    where TRTSDT is not null
    union all
    select d.USUBJID, d.DSSTDT, d.DSDECOD
    from disposition as d
    join adsl as s on s.USUBJID = d.USUBJID and s.TRTSDT is not null
    where not d.SCREENED and upper(d.DSDECOD) <> 'COMPLETED'
      and (d.ENDED = 'STUDY' or upper(d.DSDECOD) like '%WITHDRAW%' or upper(d.DSDECOD) like 'LOST TO FOLLOW%')
)
select USUBJID, min(LEFTDT) as LEFTDT, arg_min(LEFTREAS, LEFTDT) as LEFTREAS
from ended
where LEFTDT is not null and upper(coalesce(LEFTREAS, '')) <> 'DEATH'
group by USUBJID

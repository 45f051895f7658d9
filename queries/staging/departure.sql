-- Question: who left the study, or the treatment, before dying of it, when and why?
-- Grain: one subject who left.
-- Reads: adsl, contact, disposition
-- Observation ended early: end of study, or treatment ended because the subject left; a death afterwards changes
-- nothing of that. Who withdrew or was lost by a record of the treatment alone left only where nothing was seen
-- afterwards. A partial date means the last contact, where that lies within it.
with told as (
    select d.*
    from disposition as d
    join adsl as s on s.USUBJID = d.USUBJID and s.TRTSDT is not null
    where not d.SCREENED
),
ended as (
    -- where the sponsor does not tell the ends of treatment and study apart, the last record
    select * from told where ENDED in ('STUDY', 'BOTH')
    qualify row_number() over (partition by USUBJID order by ORDERDT desc, DSSEQ desc) = 1
    union
    select t.* from told as t
    left join contact as c on c.USUBJID = t.USUBJID
    where t.ENDED = 'STUDY'
       or ((upper(t.DSDECOD) like '%WITHDRAW%' or upper(trim(t.DSDECOD)) like 'LOST TO FOLLOW%')
           and (t.ENDED <> 'TREATMENT' or coalesce(c.LASTDT <= coalesce(t.DSSTDTL, t.DSSTDT), true)))
),
dated as (
    select
        e.USUBJID, e.DSDECOD as LEFTREAS,
        case when e.DSSTDTF is null then e.DSSTDT else least(greatest(e.DSSTDT, c.LASTDT), e.DSSTDTL) end as LEFTDT
    from ended as e
    left join contact as c on c.USUBJID = e.USUBJID
    where upper(trim(coalesce(e.DSDECOD, ''))) <> 'DEATH'
      and upper(trim(coalesce(e.DSDECOD, ''))) not like 'COMPLETE%'
)
select USUBJID, min(LEFTDT) as LEFTDT, arg_min(LEFTREAS, LEFTDT) as LEFTREAS
from dated
where LEFTDT is not null
group by USUBJID

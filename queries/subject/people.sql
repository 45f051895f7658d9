-- Question: who are these subjects ($people), and how did each fare?
-- Grain: one subject of $people that the cut holds, worst first: dead, with a DLT, by worst grade, by lowest LVEF.
with event as (
    select USUBJID, max(ATOXGR) as WORSTGR
    from adae
    where TRTEMFL = 'Y'
    group by USUBJID
),
heart as (
    select USUBJID, min(AVAL) as LVEFLOW
    from adcv
    where PARAMCD = 'LVEF' and POSTFL = 'Y' and JUDGEFL = 'Y'
    group by USUBJID
),
best as (
    select USUBJID, any_value(AVALC) as BEST
    from adrs
    where PARAMCD = 'BOR'
    group by USUBJID
)
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.SAFFL, s.DTHFL, d.DLTSTAT,
    cast(e.WORSTGR as integer) as WORSTGR, h.LVEFLOW, b.BEST
from adsl as s
left join addl as d on d.USUBJID = s.USUBJID
left join event as e on e.USUBJID = s.USUBJID
left join heart as h on h.USUBJID = s.USUBJID
left join best as b on b.USUBJID = s.USUBJID
where s.USUBJID in (select unnest(cast($people as varchar[])))
order by
    s.DTHFL = 'Y' desc nulls last, d.DLTSTAT = 'DLT' desc nulls last, e.WORSTGR desc nulls last,
    h.LVEFLOW nulls last, s.SUBJID, s.USUBJID

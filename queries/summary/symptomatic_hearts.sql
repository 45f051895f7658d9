-- Question: which adverse events count as heart failure of moderate severity or worse, or may be heart failure?
-- Grain: one such event of one treated subject, the known first, the worst first. TERM: as coded, else as reported.
--     POSSFL: Y where it may be heart failure and no ejection fraction since can tell; an unknown severity counts as
--     moderate (CTRCDQ AT LEAST).
with event as (
    select USUBJID, AESEQ, AEDECOD, ASTDT, max(AETERM) as AETERM, max(AEOUT) as AEOUT
    from adae
    group by all
)
select
    s.USUBJID, s.SUBJID, coalesce(nullif(g.TERM, ''), e.AETERM, 'Term not delivered') as TERM, g.ADT, g.ADY, g.ATOXGR,
    g.CTRCD, g.CTRCDQ,
    case when g.ORIGIN = 'HEART EVENT' then 'Y' else 'N' end as POSSFL, e.AEOUT
from adctrcd as g
join selected as s on s.USUBJID = g.USUBJID
left join event as e
    on e.USUBJID = g.USUBJID and e.AESEQ is not distinct from g.SRCSEQ and e.AEDECOD is not distinct from g.TERM
    and e.ASTDT is not distinct from g.ADT
where s.SAFFL = 'Y' and g.COUNTFL = 'Y'
  and (g.ORIGIN = 'HEART EVENT' or (g.ORIGIN = 'HEART FAILURE' and coalesce(g.CTRCDN >= 3, true)))
order by POSSFL, g.CTRCDN desc nulls last, g.ATOXGR desc nulls first, s.USUBJID, g.ADT, g.SRCSEQ

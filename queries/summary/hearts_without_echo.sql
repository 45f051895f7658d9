-- Question: which treated subjects have no ejection fraction since the first infusion though one is due?
-- Grain: one treated subject given another course, or with an overdue echocardiogram; NLATER: the ejection fractions
--     since the first infusion. DAYSLATE: by how many days the oldest one is overdue that can still be done; GONEFL:
--     the subject later died or discontinued.
with later as (
    select USUBJID, count(*) as NLATER from adcv where PARAMCD = 'LVEF' and POSTFL = 'Y' group by USUBJID
),
overdue as (
    select USUBJID, max(DAYSLATE) filter (where GONEFL = 'N') as DAYSLATE
    from addue
    where ASSESS = 'ECHO' and STATUS = 'Overdue' and BASEFL is null
    group by USUBJID
)
select
    s.USUBJID, s.SUBJID, s.NCOURSE, cast(coalesce(l.NLATER, 0) as integer) as NLATER,
    cast(o.DAYSLATE as integer) as DAYSLATE,
    case when s.DTHFL = 'Y' or s.EOSDT is not null then 'Y' else 'N' end as GONEFL
from selected as s
left join later as l on l.USUBJID = s.USUBJID
left join overdue as o on o.USUBJID = s.USUBJID
where s.SAFFL = 'Y' and (s.NCOURSE > 1 or o.USUBJID is not null)
order by o.DAYSLATE desc nulls last, s.NCOURSE desc, s.USUBJID

-- Question: when did each treated subject first have a transplant or another therapy against the leukaemia?
-- Grain: one treated subject who had one after the first infusion.
-- Reads: adsl, therapytold
-- Kept: no
-- OTHERDT: the earlier of the two; OTHERCD: which it is (TRANSPLANT, NEW THERAPY). OTHERDTL: by that day one of them
-- had surely begun, where a date is partial.
with new_therapy as (
    select USUBJID, min(STDT) as NEWTRTDT, min(STDTL) as NEWTRTDTL
    from therapytold
    where STATUS = 'LATER' and KIND = 'NEW THERAPY'
    group by USUBJID
)
select
    s.USUBJID, s.HSCTDT, n.NEWTRTDT,
    least(s.HSCTDT, n.NEWTRTDT) as OTHERDT,
    least(s.HSCTDT, n.NEWTRTDTL) as OTHERDTL,
    case when s.HSCTDT <= coalesce(n.NEWTRTDT, s.HSCTDT) then 'TRANSPLANT' else 'NEW THERAPY' end as OTHERCD
from adsl as s
left join new_therapy as n on n.USUBJID = s.USUBJID
where s.HSCTDT is not null or n.NEWTRTDT is not null

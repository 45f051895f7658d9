-- Question: when did each treated subject first have a transplant or another therapy against the leukaemia?
-- Grain: one treated subject who had one after the first infusion.
-- Reads: adsl, source.cm
-- Kept: no
-- OTHERDT: the earlier of the two; OTHERCD: which it is (TRANSPLANT, NEW THERAPY).
with new_therapy as (
    select cm.USUBJID, min(cm.CMSTDT) as NEWTRTDT
    from source.cm as cm
    join adsl using (USUBJID)
    where regexp_matches(upper(coalesce(cm.CMCAT, '')), 'SUBSEQUENT|NEW ANTI|POST-?TREATMENT|FURTHER ANTI')
      and cm.CMSTDT >= adsl.TRTSDT
    group by cm.USUBJID
)
select
    s.USUBJID, s.HSCTDT, n.NEWTRTDT,
    least(s.HSCTDT, n.NEWTRTDT) as OTHERDT,
    case when s.HSCTDT <= coalesce(n.NEWTRTDT, s.HSCTDT) then 'TRANSPLANT' else 'NEW THERAPY' end as OTHERCD
from adsl as s
left join new_therapy as n on n.USUBJID = s.USUBJID
where s.HSCTDT is not null or n.NEWTRTDT is not null

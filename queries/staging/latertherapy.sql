-- Question: when did each treated subject first have a transplant or another therapy against the leukaemia?
-- Grain: one treated subject who had one after the first infusion.
-- Reads: adsl, therapytold
-- Kept: no
-- OTHERDT: the earlier of the two; OTHERCD: which it is (TRANSPLANT, NEW THERAPY). OTHERDTL: by that day one of them
-- had surely begun, where a date is partial; OTHERDTC is then that date as delivered.
with new_therapy as (
    select USUBJID, min(STDT) as NEWTRTDT, min(STDTL) as NEWTRTDTL
    from therapytold
    where STATUS = 'LATER' and KIND = 'NEW THERAPY'
    group by USUBJID
),
surely as (
    select
        USUBJID, min(STDTL) filter (where KIND = 'TRANSPLANT') as HSCTDTL,
        case when arg_min(STDTL > STDT, STDTL) then arg_min(left(STDTC, 7), STDTL) end as OTHERDTC
    from therapytold
    where STATUS = 'LATER'
    group by USUBJID
)
select
    s.USUBJID, s.HSCTDT, n.NEWTRTDT,
    least(s.HSCTDT, n.NEWTRTDT) as OTHERDT,
    least(coalesce(y.HSCTDTL, s.HSCTDT), n.NEWTRTDTL) as OTHERDTL, y.OTHERDTC,
    case when s.HSCTDT <= coalesce(n.NEWTRTDT, s.HSCTDT) then 'TRANSPLANT' else 'NEW THERAPY' end as OTHERCD
from adsl as s
left join new_therapy as n on n.USUBJID = s.USUBJID
left join surely as y on y.USUBJID = s.USUBJID
where s.HSCTDT is not null or n.NEWTRTDT is not null

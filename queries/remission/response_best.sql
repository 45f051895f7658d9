-- Question: what was each treated subject's best response, and the marrow blasts before and at their lowest after?
-- Grain: one treated subject. Blasts after: the lowest percentage after the first infusion, up to a transplant.
with marrow as (
    select
        r.USUBJID,
        max(r.BASE) as BEFORE,
        min(r.AVAL) filter (where r.ADT > s.TRTSDT and (s.HSCTDT is null or r.ADT <= s.HSCTDT)) as AFTER,
        arg_min(r.ADY, r.AVAL * 100000 + r.ADY) filter (where r.ADT > s.TRTSDT
            and (s.HSCTDT is null or r.ADT <= s.HSCTDT)) as AFTERDY
    from adrs as r
    join selected as s on s.USUBJID = r.USUBJID
    where r.PARAMCD = 'BLASTBM' and r.ANL01FL = 'Y'
    group by r.USUBJID
),
residual as (
    -- The MRD result of the deepest remission known: the one measured last before a transplant
    select r.USUBJID, arg_max(r.AVALC, r.ADT) as MRD
    from adrs as r
    join selected as s on s.USUBJID = r.USUBJID
    where r.PARAMCD = 'MRD' and r.ADT > s.TRTSDT and (s.HSCTDT is null or r.ADT <= s.HSCTDT)
    group by r.USUBJID
)
select
    s.USUBJID, s.SUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, coalesce(s.TRTA, 'No planned level') as TRTA,
    s.TRTAN,
    b.EVALSTAT,
    case when b.AVALC is not null and b.EVALSTAT = 'Evaluable' then b.AVALC
         when b.EVALSTAT = 'Evaluable' and b.REASONCD like 'DIED%' then 'Early death'
         when b.EVALSTAT = 'Evaluable' then 'Early progression'
         else b.EVALSTAT end as BEST,
    b.ADY as BESTDY, b.CONFIRM, b.REASONCD, b.REASTXT, b.REASONDY, coalesce(b.RSPFL, 'N') as RSPFL,
    coalesce(b.REMFL, 'N') as REMFL, b.REMDT, b.CONFFL, b.UNREADN, i.AVALC as INDEPENDENT,
    m.BEFORE, m.AFTER, m.AFTERDY, x.MRD
from selected as s
left join adrs as b on b.USUBJID = s.USUBJID and b.PARAMCD = 'BOR'
left join adrs as i on i.USUBJID = s.USUBJID and i.PARAMCD = 'BORIND'
left join marrow as m on m.USUBJID = s.USUBJID
left join residual as x on x.USUBJID = s.USUBJID
where s.SAFFL = 'Y'
order by DISEASE, s.USUBJID

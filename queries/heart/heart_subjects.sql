-- Question: how was each treated subject's cardiac function at its worst, and how much anthracycline was received?
-- Grain: one treated subject, with or without echocardiograms.
-- Evaluable: an LVEF at baseline and at least one later by the same method. The worst is the first day on which the
-- worst category, grade or value was reached.
with treated as (
    select * from selected where SAFFL = 'Y'
),
lvef as (
    select v.*, list_position(['none', 'mild', 'moderate', 'severe'], v.CTRCD) as CTRCDN
    from adcv as v
    join treated as t on t.USUBJID = v.USUBJID
    where v.PARAMCD = 'LVEF' and v.JUDGEFL = 'Y'
),
baseline as (
    select USUBJID, AVAL as BASE, ADT as BASEDT, SERIES as BASEMETH
    from lvef
    where ABLFL = 'Y'
    qualify row_number() over (partition by USUBJID order by case when SERIES = 'Echocardiography' then 0 else 1 end,
        SERIES) = 1
),
counted as (
    select
        USUBJID, count(distinct ADT) filter (where POSTFL = 'Y') as NLATER,
        count(*) filter (where CTRCD is not null) as NCOMPARED,
        count(*) filter (where CTRCDMIS is not null) as NUNSURE,
        max(ATOXGR) filter (where POSTFL = 'Y') as WORSTGR
    from lvef
    group by USUBJID
),
worst_category as (
    select USUBJID, CTRCD, ADY as CTRCDDY, CUMDOSE as CTRCDDOSE
    from lvef
    where CTRCD is not null
    qualify row_number() over (partition by USUBJID order by CTRCDN desc, ADT) = 1
),
worst_grade as (
    select USUBJID, ADY as WORSTGRDY
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ATOXGR desc nulls last, ADT) = 1
),
lowest as (
    select USUBJID, AVAL as LOWEST, ADY as LOWESTDY
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by AVAL, ADT) = 1
),
steepest as (
    select USUBJID, CHG as WORSTCHG, ADY as WORSTCHGDY, AVAL as WORSTCHGVAL, CUMDOSE as WORSTCHGDOSE
    from lvef
    where POSTFL = 'Y' and CHG is not null
    qualify row_number() over (partition by USUBJID order by CHG, ADT) = 1
),
latest as (
    select USUBJID, AVAL as LATEST, ADY as LATESTDY, ADT as LATESTDT, CTRCD as LATESTCTRCD
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ADT desc, case when CTRCD is null then 1 else 0 end) = 1
),
other_unit as (
    -- whose study drug was given in another unit than the trial's: its sum is not shown under the trial's unit
    select distinct x.USUBJID
    from adex as x
    cross join trial.settings as u
    where lower(replace(x.DOSEU, '²', '2')) <> u.DOSEU
)
select
    t.USUBJID, t.SUBJID, coalesce(t.TRTA, 'No planned level') as TRTA, t.TRTAN, t.DISEASE, t.AGE,
    t.PANTDOX, t.PANTMISS, case when o.USUBJID is null then t.CUMDOSE end as CUMDOSE,
    b.BASE, b.BASEDT, b.BASEMETH,
    cast(coalesce(c.NLATER, 0) as integer) as NLATER, cast(coalesce(c.NUNSURE, 0) as integer) as NUNSURE,
    case when c.NCOMPARED > 0 then 'Y' else 'N' end as EVALFL,
    case when c.NCOMPARED > 0 then null
         when b.BASE is null then 'NO BASELINE LVEF'
         when c.NLATER = 0 then 'NO LATER LVEF'
         else 'NO COMPARABLE LVEF' end as NEREASCD,
    -- a heart that was never worse than at baseline has no day of its worst
    w.CTRCD, case when w.CTRCD <> 'none' then w.CTRCDDY end as CTRCDDY,
    case when w.CTRCD <> 'none' then w.CTRCDDOSE end as CTRCDDOSE,
    cast(c.WORSTGR as integer) as WORSTGR, case when c.WORSTGR > 0 then g.WORSTGRDY end as WORSTGRDY,
    lo.LOWEST, lo.LOWESTDY, st.WORSTCHG, st.WORSTCHGDY, st.WORSTCHGVAL, st.WORSTCHGDOSE,
    la.LATEST, la.LATESTDY, la.LATESTDT, la.LATESTCTRCD,
    case when w.CTRCD <> 'none' then case when w.CTRCDDY <= (select DLTDAYS from trial.settings) then 'inside'
        else 'after' end end as TIMING
from treated as t
left join baseline as b on b.USUBJID = t.USUBJID
left join counted as c on c.USUBJID = t.USUBJID
left join worst_category as w on w.USUBJID = t.USUBJID
left join worst_grade as g on g.USUBJID = t.USUBJID
left join lowest as lo on lo.USUBJID = t.USUBJID
left join steepest as st on st.USUBJID = t.USUBJID
left join latest as la on la.USUBJID = t.USUBJID
left join other_unit as o on o.USUBJID = t.USUBJID
order by t.TRTAN, t.USUBJID

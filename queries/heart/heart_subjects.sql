-- Question: how was each treated subject's cardiac function at its worst, and how much anthracycline was received?
-- Grain: one treated subject, with or without echocardiograms.
-- Evaluable: with a known category of CTRCD (adctrcd): an LVEF compared with its baseline, one below 40 % without a
-- baseline (CTRCDQ BASELINE UNKNOWN), or heart failure (CTRCDSRC). The worst is the first day on which the worst
-- category, grade or value was reached. POSSIBLE: a worse category that a value without a baseline, a limit or a range
-- leaves open, one that cannot be read (POSSSRC LVEF NOT READ), or strain or
-- markers that were not measured (POSSMIS). WORSTGRQ: AT LEAST or IF NEW.
with treated as (
    select * from selected where SAFFL = 'Y'
),
lvef as (
    select v.*
    from adcv as v
    join treated as t on t.USUBJID = v.USUBJID
    where v.PARAMCD = 'LVEF' and v.JUDGEFL = 'Y'
),
sign as (
    select g.*
    from adctrcd as g
    join treated as t on t.USUBJID = g.USUBJID
    where g.COUNTFL = 'Y'
),
baseline as (
    select USUBJID, AVAL as BASE, AVALQ as BASEQ, ADT as BASEDT, SERIES as BASEMETH
    from lvef
    where ABLFL = 'Y'
    qualify row_number() over (partition by USUBJID order by case when SERIES = 'Echocardiography' then 0 else 1 end,
        SERIES) = 1
),
counted as (
    select
        USUBJID, count(distinct ADT) filter (where POSTFL = 'Y') as NLATER,
        count(*) filter (where POSTFL = 'Y' and BASE is not null and CTRCD is null) as NUNDECIDED,
        count(*) filter (where CTRCDMIS is not null) as NUNSURE,
        count(*) filter (where POSTFL = 'Y' and ATOXGR is null) as NNOGRADE,
        max(ATOXGR) filter (where POSTFL = 'Y') as WORSTGR
    from lvef
    group by USUBJID
),
signs as (
    select
        USUBJID, count(CTRCD) as NCOMPARED, count(*) filter (where ORIGIN = 'HEART FAILURE') as NFAILURE,
        max(CTRCDN) as CTRCDN
    from sign
    group by USUBJID
),
worst_category as (
    select USUBJID, CTRCD, CTRCDQ, ORIGIN, TERM, ADY as CTRCDDY, CUMDOSE as CTRCDDOSE
    from sign
    where CTRCD is not null
    qualify row_number() over (partition by USUBJID order by CTRCDN desc, ADT, ORIGIN, SRCSEQ) = 1
),
possible as (
    select
        p.USUBJID, p.CTRCDPOS as POSSIBLE, p.ORIGIN as POSSSRC,
        case p.ORIGIN when 'LVEF' then null else coalesce(p.TERM, 'Term not delivered') end
            as POSSTERM,
        p.CTRCDMIS as POSSMIS, p.ATOXGR as POSSGR, p.AVALC as POSSVAL, p.ADY as POSSDY, p.SERIES as POSSMETH
    from sign as p
    join signs as n on n.USUBJID = p.USUBJID
    where coalesce(p.CTRCD, 'none') = 'none' and p.CTRCDPOSN > coalesce(n.CTRCDN, 1)
    qualify row_number() over (partition by p.USUBJID order by p.CTRCDPOSN desc, p.ADT, p.ORIGIN, p.SRCSEQ) = 1
),
worst_grade as (
    select USUBJID, ADY as WORSTGRDY, ATOXGRQ as WORSTGRQ
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ATOXGR desc nulls last, ADT, SERIES, SRCSEQ) = 1
),
lowest as (
    select USUBJID, AVAL as LOWEST, AVALQ as LOWESTQ, AVALC as LOWESTC, ADY as LOWESTDY
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by AVAL, ADT, SERIES, SRCSEQ) = 1
),
steepest as (
    select USUBJID, CHG as WORSTCHG, ADY as WORSTCHGDY, AVAL as WORSTCHGVAL, CUMDOSE as WORSTCHGDOSE
    from lvef
    where POSTFL = 'Y' and CHG is not null
    qualify row_number() over (partition by USUBJID order by CHG, ADT, SERIES, SRCSEQ) = 1
),
latest as (
    select USUBJID, AVAL as LATEST, ADY as LATESTDY, ADT as LATESTDT, CTRCD as LATESTCTRCD
    from lvef
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID order by ADT desc, case when CTRCD is null then 1 else 0 end,
        SERIES, SRCSEQ) = 1
),
unreadable as (
    select USUBJID, count(*) as NUNREAD from sign where ORIGIN = 'LVEF NOT READ' group by USUBJID
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
    b.BASE, b.BASEQ, b.BASEDT, b.BASEMETH,
    cast(coalesce(c.NLATER, 0) as integer) as NLATER, cast(coalesce(c.NUNSURE, 0) as integer) as NUNSURE,
    cast(coalesce(c.NNOGRADE, 0) + coalesce(r.NUNREAD, 0) as integer) as NNOGRADE,
    cast(coalesce(n.NFAILURE, 0) as integer) as NFAILURE,
    case when n.NCOMPARED > 0 then 'Y' else 'N' end as EVALFL,
    case when n.NCOMPARED > 0 then null
         when b.BASE is null then 'NO BASELINE LVEF'
         when coalesce(c.NLATER, 0) = 0 and r.USUBJID is not null then 'UNREADABLE LVEF'
         when coalesce(c.NLATER, 0) = 0 then 'NO LATER LVEF'
         when c.NUNDECIDED > 0 then 'LVEF NOT DECIDED'
         else 'NO COMPARABLE LVEF' end as NEREASCD,
    -- a heart that was never worse than at baseline has no day of its worst
    w.CTRCD, w.CTRCDQ, w.ORIGIN as CTRCDSRC, case when w.ORIGIN = 'HEART FAILURE' then w.TERM end as CTRCDTERM,
    p.POSSIBLE, p.POSSSRC, p.POSSTERM, p.POSSMIS, p.POSSGR, p.POSSVAL, p.POSSDY, p.POSSMETH,
    case when w.CTRCD <> 'none' then w.CTRCDDY end as CTRCDDY,
    case when w.CTRCD <> 'none' then w.CTRCDDOSE end as CTRCDDOSE,
    cast(c.WORSTGR as integer) as WORSTGR, case when c.WORSTGR > 0 then g.WORSTGRQ end as WORSTGRQ,
    case when c.WORSTGR > 0 then g.WORSTGRDY end as WORSTGRDY,
    lo.LOWEST, lo.LOWESTQ, lo.LOWESTC, lo.LOWESTDY, st.WORSTCHG, st.WORSTCHGDY, st.WORSTCHGVAL, st.WORSTCHGDOSE,
    la.LATEST, la.LATESTDY, la.LATESTDT, la.LATESTCTRCD,
    case when w.CTRCD <> 'none' then case when w.CTRCDDY <= (select DLTDAYS from trial.settings) then 'inside'
        else 'after' end end as TIMING
from treated as t
left join baseline as b on b.USUBJID = t.USUBJID
left join counted as c on c.USUBJID = t.USUBJID
left join signs as n on n.USUBJID = t.USUBJID
left join possible as p on p.USUBJID = t.USUBJID
left join worst_category as w on w.USUBJID = t.USUBJID
left join worst_grade as g on g.USUBJID = t.USUBJID
left join lowest as lo on lo.USUBJID = t.USUBJID
left join steepest as st on st.USUBJID = t.USUBJID
left join latest as la on la.USUBJID = t.USUBJID
left join unreadable as r on r.USUBJID = t.USUBJID
left join other_unit as o on o.USUBJID = t.USUBJID
order by t.TRTAN, t.USUBJID

-- Question: whose counts had not recovered by the end of the DLT window, and what became of it?
-- Grain: one treated subject with neutrophils or platelets below their limit at the last count in the window.
-- Reads: adae, adex, adrs, adsl, deathday, departure, labrole, latertherapy, trial.late_term, trial.settings
-- Kept: no
-- Asked only of a definition with a late criterion, once the window is over, and not where the leukaemia is the reason
-- or an aplasia was adjudicated not a DLT. LOWDT: the last low count in the window; RECDT: the day of recovery.
-- APLCD: APLASIA, awaited to the late day; LATE APLASIA, not recovered by then, awaiting adjudication; NOT OBSERVED,
-- observation ended before (ENDDT: the last day on which recovery could be seen); null, recovered by the late day.
with treated as (
    select
        a.USUBJID, a.TRTSDT, a.CUTDT, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, s.APLANC, s.APLPLAT,
        a.TRTSDT + cast(s.LATEDAY - 1 as integer) as LATEENDT
    from adsl as a
    cross join trial.settings as s
    where a.TRTSDT is not null and s.LATEDAY > 0
),
later_course as (
    select USUBJID, min(ASTDT) as COURSE2DT from adex where COURSE = 2 group by USUBJID
),
blood as (
    -- the last count of a day; counts of the first infusion's day or earlier are the leukaemia's, those after the next
    -- course has begun are that course's
    select
        t.USUBJID, r.ROLE, r.ADT, t.WINENDT,
        arg_max(
            r.AVAL < case r.ROLE when 'ANC' then t.APLANC else t.APLPLAT end
                or (r.AVALQ = '<' and r.AVAL <= case r.ROLE when 'ANC' then t.APLANC else t.APLPLAT end),
            coalesce(r.LBSEQ, 0)) as LOW
    from treated as t
    join labrole as r on r.USUBJID = t.USUBJID and r.ROLE in ('ANC', 'PLATELETS')
    left join later_course as n on n.USUBJID = t.USUBJID
    where r.AVAL is not null and r.ADTF is null
      and r.ADT > t.TRTSDT and r.ADT <= least(coalesce(n.COURSE2DT, t.CUTDT), t.CUTDT)
    group by t.USUBJID, r.ROLE, r.ADT, t.WINENDT
),
last_count as (
    select USUBJID, ROLE, arg_max(LOW, ADT) as LOW, max(ADT) as ADT
    from blood
    where ADT <= WINENDT
    group by USUBJID, ROLE
),
low_count as (
    select USUBJID, max(ADT) as LOWDT from last_count where LOW group by USUBJID
),
-- each later day with a count, and what is known then of both
later_day as (
    select d.USUBJID, d.ADT, b.ROLE, arg_max(b.LOW, b.ADT) as LOW
    from (select distinct USUBJID, ADT from blood where ADT > WINENDT) as d
    join blood as b on b.USUBJID = d.USUBJID and b.ADT <= d.ADT
    group by d.USUBJID, d.ADT, b.ROLE
),
recovered as (
    select USUBJID, min(ADT) as RECDT
    from (select USUBJID, ADT from later_day group by USUBJID, ADT having not bool_or(LOW))
    group by USUBJID
),
-- an aplasia beyond the late day is seen by the first count from that day on
late_count as (
    select b.USUBJID, min(b.ADT) as LATEDT
    from blood as b
    join treated as t on t.USUBJID = b.USUBJID
    where b.ADT >= t.LATEENDT
    group by b.USUBJID
),
-- leukaemia as the reason: by the latest response, marrow or blasts in blood up to that count
finding as (
    select
        r.USUBJID, r.ADT,
        case r.PARAMCD when 'OVRLRESP' then r.AVALC in ('PR', 'NR', 'PD', 'RELAPSE') when 'BLASTBM' then r.AVAL >= 5
            else r.AVAL > 0 end as ISLEUK,
        case r.PARAMCD when 'OVRLRESP' then 1 when 'BLASTBM' then 2 else 3 end as RANK
    from adrs as r
    join treated as t on t.USUBJID = r.USUBJID
    left join late_count as n on n.USUBJID = r.USUBJID
    where r.ADT > t.TRTSDT and r.ADT <= coalesce(n.LATEDT, t.CUTDT)
      and ((r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC <> 'NE')
          or (r.PARAMCD = 'BLASTBM' and r.AVAL is not null) or (r.PARAMCD = 'BLASTPB' and r.AVAL > 0))
),
leukaemia as (
    select USUBJID, arg_max(ISLEUK, row(ADT, RANK)) as ISLEUK from finding group by USUBJID
),
-- an aplasia that lasted to the late day, or began after the window, was adjudicated not a DLT
judged_not as (
    select distinct a.USUBJID
    from adae as a
    join treated as t on t.USUBJID = a.USUBJID
    where a.DLTFL = 'N' and a.TRTEMFL = 'Y'
      and (lower(a.AEDECOD) in (select TERM from trial.late_term)
          or lower(a.AETERM) in (select TERM from trial.late_term))
      and (a.ASTDT > t.WINENDT or a.AENDT >= t.LATEENDT or (a.AENDT is null and t.CUTDT > t.LATEENDT))
)
select
    t.USUBJID, k.LOWDT, r.RECDT,
    -- the last day on which recovery could be seen
    least(d.DTHDTL, l.LEFTDT, o.OTHERDTL) as ENDDT,
    case
        when r.RECDT <= t.LATEENDT then null
        when ENDDT < t.LATEENDT then 'NOT OBSERVED'
        when t.CUTDT <= t.LATEENDT then 'APLASIA'
        else 'LATE APLASIA'
    end as APLCD
from low_count as k
join treated as t on t.USUBJID = k.USUBJID
left join recovered as r on r.USUBJID = k.USUBJID
left join leukaemia as m on m.USUBJID = k.USUBJID
left join deathday as d on d.USUBJID = k.USUBJID
left join departure as l on l.USUBJID = k.USUBJID
left join latertherapy as o on o.USUBJID = k.USUBJID
where t.WINENDT <= t.CUTDT and not coalesce(m.ISLEUK, false) and k.USUBJID not in (select USUBJID from judged_not)

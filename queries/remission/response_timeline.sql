-- Question: what happened to each treated subject, and on which day since the first infusion?
-- Grain: one event of one treated subject; KIND "Follow-up" is its last day known. A death without a usable date is
--     placed there. STATUS: off study is also who left by a record of the treatment (departure).
with assessment as (
    select USUBJID, ADT, AVALC, RSPFL, REMFL, CONFIRM from adrs
    where PARAMCD = 'OVRLRESP' and ANL01FL = 'Y'
),
remission as (
    select b.USUBJID, b.REMDT as ADT, any_value(a.AVALC) as DETAIL
    from adrs as b
    join assessment as a on a.USUBJID = b.USUBJID and a.ADT = b.REMDT and a.REMFL = 'Y'
    where b.PARAMCD = 'BOR' and b.REMFL = 'Y'
    group by b.USUBJID, b.REMDT
),
event as (
    select USUBJID, 'Course' as KIND, ASTDT as ADT, cast(COURSE as varchar) as DETAIL from adex where COURSEDY = 1
    union
    select USUBJID, 'Remission', ADT, DETAIL from remission
    union all
    -- One that did not last the days that the protocol asks for is not a remission, and is shown
    select USUBJID, 'Lost early', min(ADT), arg_min(AVALC, ADT) from assessment where CONFIRM in ('LOST', 'LOST TOLD')
    group by USUBJID
    union all
    -- A remission that is reached again after a relapse starts a new row
    select a.USUBJID, 'Remission', min(a.ADT), arg_min(a.AVALC, a.ADT)
    from assessment as a
    join (select b.USUBJID, min(b.ADT) as RELDT from assessment as b join remission as r on r.USUBJID = b.USUBJID
          where b.AVALC in ('RELAPSE', 'PD') and b.ADT > r.ADT
              group by b.USUBJID) as l on l.USUBJID = a.USUBJID and a.ADT > l.RELDT
    where a.RSPFL = 'Y' and coalesce(a.CONFIRM, '') not in ('LOST', 'LOST TOLD')
    group by a.USUBJID
    union all
    select a.USUBJID, case when a.AVALC = 'RELAPSE' or r.ADT < a.ADT then 'Relapse' else 'Progression' end, min(a.ADT),
        min(a.AVALC)
    from assessment as a
    left join remission as r on r.USUBJID = a.USUBJID
    where a.AVALC in ('RELAPSE', 'PD')
    group by 1, 2, r.ADT < a.ADT
    union all
    select USUBJID, 'Last assessment', max(ADT), arg_max(AVALC, ADT) from assessment where AVALC <> 'NE'
        group by USUBJID
    union all
    select distinct p.USUBJID, 'Transplant', p.STDT, lower(p.NAME)
    from transplanttold as p
    join adsl as s on s.USUBJID = p.USUBJID
    where p.STDT >= s.TRTSDT
    union all
    select USUBJID, 'Later therapy', NEWTRTDT, 'began' from adrs where PARAMCD = 'BOR' and NEWTRTDT is not null
    union all
    select
        t.USUBJID, case when t.CNSR = 1 then 'Follow-up' when t.AVAL is null then 'Death undated' else 'Death' end,
        case when t.CNSR = 0 and t.AVAL is null then greatest(t.LSTALVDT, s.TRTSDT) else t.ADT end,
        case when t.AVAL is not null then t.EVNTDESC when t.ADT is null then 'date unknown; last known alive'
            else 'dated before the first infusion; last known alive' end
    from adtte as t
    join adsl as s on s.USUBJID = t.USUBJID
    where t.PARAMCD = 'OS'
)
select
    s.USUBJID, s.SUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, coalesce(s.TRTA, 'No planned level') as TRTA,
    s.TRTAN,
    e.KIND, e.ADT, cast(e.ADT - s.TRTSDT + 1 as integer) as ADY, e.DETAIL,
    case when e.KIND = 'Remission' and e.ADT = b.REMDT and b.CONFFL is null then b.CONFIRM end as CONFIRM,
    case when s.EOSSTT = 'ONGOING' and l.USUBJID is not null then 'off study'
        else coalesce(lower(s.EOSSTT), 'not collected') end as STATUS
from selected as s
join event as e on e.USUBJID = s.USUBJID
left join adrs as b on b.USUBJID = s.USUBJID and b.PARAMCD = 'BOR'
left join departure as l on l.USUBJID = s.USUBJID
where s.SAFFL = 'Y' and e.ADT >= s.TRTSDT
order by s.DISEASE, s.USUBJID, e.ADT, e.KIND

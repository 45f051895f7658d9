with remission as (
    select s.USUBJID, s.SUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, b.REMDT
    from adrs as b
    join selected as s on s.USUBJID = b.USUBJID
    where b.PARAMCD = 'BOR' and b.REMFL = 'Y'
),
assessment as (
    select
        r.USUBJID, r.REMDT, a.ADT, a.AVALC, a.REASONCD, a.ANL01FL,
        case a.ADTF when 'D' then last_day(a.ADT) when 'M' then make_date(year(a.ADT), 12, 31) else a.ADT end as ADTL
    from remission as r
    join adrs as a on a.USUBJID = r.USUBJID and a.PARAMCD = 'OVRLRESP'
),
ended as (
    select USUBJID, min(ADT) as ENDDT
    from assessment
    where ANL01FL = 'Y' and AVALC in ('RELAPSE', 'PD') and ADTL > REMDT
    group by USUBJID
),
doubt as (
    select
        USUBJID, ADT,
        coalesce(ANL01FL = 'Y' and AVALC in ('PR', 'NR') and ADTL > REMDT, false) as AGAINST,
        coalesce(REASONCD = 'NOT RECOGNISED' and ADTL >= REMDT, false)
            or coalesce(REASONCD = 'NO DATE' and AVALC not in ('CR', 'CRh', 'CRi', 'MLFS', 'PR', 'NR', 'NE'), false)
            as UNREAD,
        false as TOLD
    from assessment
    union all
    select t.USUBJID, greatest(t.DT, r.REMDT), false, false, true
    from relapsetold as t
    join remission as r on r.USUBJID = t.USUBJID and coalesce(t.DTL > r.REMDT, true)
    where t.USUBJID not in (select USUBJID from ended)
)
select
    r.USUBJID, r.SUBJID, r.DISEASE, r.REMDT, min(d.ADT) as DOUBTDT,
    count(*) filter (where d.UNREAD) as NUNREAD, count(*) filter (where d.AGAINST) as NAGAINST,
    count(*) filter (where d.TOLD) as NTOLD, min(d.ADT) filter (where d.TOLD) as TOLDDT
from remission as r
join doubt as d on d.USUBJID = r.USUBJID and (d.UNREAD or d.AGAINST or d.TOLD)
left join ended as e on e.USUBJID = r.USUBJID
where d.ADT is null or e.ENDDT is null or d.ADT < e.ENDDT
group by r.USUBJID, r.SUBJID, r.DISEASE, r.REMDT

-- Question: which delivered results of heart and ECG are not charted or not assessed, and why?
-- Grain: one result of heart or ECG with its value, or the tracings of one subject by another position or reader (N).
-- USEDVAL and USEDEVAL: the result of the same day that is used, and who read it.
with treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, TRTSDT from selected where SAFFL = 'Y'
),
charted as (
    select
        *,
        case when ADT is null or ADTF is not null then 'NO DATE'
             when BEFOREFL is null and FLAGFL is null and TRTDAY then 'DAY ONE'
             when JUDGEFL = 'N' and ANL01FL = 'Y' then 'UNKNOWN UNIT'
             when ANL01FL is null then 'OTHER METHOD'
             when PARAMCD = 'LVEF' and POSTFL = 'Y' and BASE is null and COMPFL = 'N' then 'METHOD NOT STATED'
             when PARAMCD = 'LVEF' and POSTFL = 'Y' and BASE is null then 'NOT COMPARABLE'
             when PARAMCD = 'LVEF' and POSTFL = 'Y' and CTRCD is null then 'NOT DECIDED' end as REASONCD
    from (select v.*, v.ADT = t.TRTSDT as TRTDAY from adcv as v join treated as t on t.USUBJID = v.USUBJID)
),
found as (
    select
        PARAMCD, USUBJID, ADT, ADTF, AVALC, AVALU, SERIES, CVEVAL, REASONCD, USEDVAL, USEDEVAL, 1 as N
    from adcvout
    union all
    select PARAMCD, USUBJID, ADT, ADTF, AVALC, AVALU, SERIES, CVEVAL, REASONCD, null, null, 1
    from charted where REASONCD is not null
    union all
    select 'ECG', USUBJID, null, null, null, null, null, null, 'OTHER READING', null, null, sum(NOTUSED)
    from adeg where PARAMCD = 'QT' and NOTUSED > 0 group by USUBJID
    union all
    select PARAMCD, USUBJID, ADT, ADTF, cast(round(DELIVERED, 1) as varchar), 'ms', null, null, 'DIFFERS', null, null, 1
    from adeg where DERFL = 'Y' and abs(DELIVERED - AVAL) > 10
    union all
    select PARAMCD, USUBJID, ADT, ADTF, cast(round(AVAL, 1) as varchar), 'ms', null, null, 'NO PLACE', null, null, NREP
    from adeg where PARAMCD in ('QTCF', 'QTCB') and BEFOREFL is null and ABLFL is null
    union all
    select PARAMCD, USUBJID, ADT, ADTF, AVALC, AVALU, null, null, REASONCD, null, null, 1
    from adegout
    union all
    select
        q.PARAMCD, q.USUBJID, q.ADT, q.ADTF, cast(round(q.AVAL, 1) as varchar), q.AVALU, null, null, 'NO RATE', null,
        null, 1
    from adeg as q
    where q.PARAMCD = 'QT' and not exists (
        select 1 from adeg as c
        where c.USUBJID = q.USUBJID and c.PARAMCD = 'QTCF' and c.ADT is not distinct from q.ADT
          and c.ADTM is not distinct from q.ADTM and c.ATPT is not distinct from q.ATPT
          and c.ATPTN is not distinct from q.ATPTN and c.VISITNUM is not distinct from q.VISITNUM
    )
)
select
    t.USUBJID, t.SUBJID, t.TRTA, f.PARAMCD as PARAM, f.ADT, f.ADTF, f.AVALC, f.AVALU, f.SERIES, f.CVEVAL,
    f.REASONCD, f.USEDVAL, f.USEDEVAL, cast(f.N as integer) as N
from found as f
join treated as t on t.USUBJID = f.USUBJID
order by f.PARAMCD, t.TRTAN, t.USUBJID, f.ADT, f.REASONCD, f.AVALC

-- Question: which ejection fractions, QTcF and laboratory results after the first infusion are of a grade that matters,
--     or which of these results ($keys) are there, of whatever grade?
-- Grain: one result: of LVEF one a day, of QTcF one a time point, of a laboratory test one a time.
-- GRADE: CTCAE's; of QTcF 1 above 450, 2 above 480, 3 above 500 ms. Without $keys: LVEF and QTcF from grade 2 on,
--     laboratory results from grade 3 on. KEYTXT finds a result again in another cut. $people, $days: of these
--     subjects on these days alone (and without a day), or null for all.
with person as (
    select *
    from selected
    where SAFFL = 'Y'
      and case when $people is null then true else USUBJID in (select unnest(cast($people as varchar[]))) end
),
-- of millions of results those of a few days, and those without a day, are found at once
day as (
    select unnest(cast($days as date[])) as ADT
    union
    select cast(null as date)
    union
    select ADT from adlb where $days is null
),
result as (
    select
        'LVEF' as KIND, v.USUBJID, v.PARAM, v.ADT, concat_ws('|', 'LVEF', v.USUBJID, v.ADT) as RESULTKEY,
        v.SRCSEQ as SEQ,
        v.AVAL, v.AVALC, v.AVALQ, v.AVALU, v.ATOXGR as GRADE, 2 as LEAST
    from adcv as v
    join person using (USUBJID)
    where v.PARAMCD = 'LVEF' and v.POSTFL = 'Y' and v.ANL01FL = 'Y'
        and ($days is null or v.ADT is null or v.ADT in (select ADT from day))
    union all
    select
        'QTCF', v.USUBJID, v.PARAM, v.ADT,
        concat_ws('|', 'QTCF', v.USUBJID, v.ADT, v.ADTM, v.AVISIT, v.ATPT, v.ATPTN), null,
        round(v.AVAL), cast(round(v.AVAL) as varchar), null, v.AVALU,
        case when v.AVAL > 500 then 3 when v.AVAL > 480 then 2 when v.AVAL > 450 then 1 when v.AVAL is not null then 0
            end, 2
    from adeg as v
    join person using (USUBJID)
    where v.PARAMCD = 'QTCF' and v.POSTFL = 'Y'
        and ($days is null or v.ADT is null or v.ADT in (select ADT from day))
    union all
    select
        'LAB', v.USUBJID, v.PARAM, v.ADT,
        concat_ws('|', 'LAB', v.USUBJID, v.PARAMCD, v.LBSPEC, v.DTYPE, v.ADT, v.ADTM, v.AVISIT), v.LBSEQ,
        v.AVAL, v.AVALC, v.AVALQ, v.AVALU, greatest(v.ATOXGRL, v.ATOXGRH), 3
    from adlb as v
    semi join day on day.ADT is not distinct from v.ADT
    join person using (USUBJID)
    where v.ADY >= 1
),
numbered as (
    select
        *,
        RESULTKEY || '|' || row_number() over (partition by RESULTKEY order by SEQ, AVAL) as KEYTXT
    from result
)
select
    s.USUBJID, s.SUBJID, n.KIND, n.PARAM, n.ADT, n.AVAL, n.AVALC, n.AVALQ, n.AVALU,
    cast(n.GRADE as integer) as GRADE, n.KEYTXT
from numbered as n
join person as s on s.USUBJID = n.USUBJID
where case when $keys is null then n.GRADE >= n.LEAST else n.KEYTXT in (select unnest($keys)) end
order by n.KIND, s.TRTAN, s.USUBJID, n.ADT, n.KEYTXT

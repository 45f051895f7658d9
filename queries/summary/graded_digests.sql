-- Question: whose graded results are other than in another cut?
-- Grain: one subject and day (ADT; null: not known) with an ejection fraction or QTcF of grade 2 on, or a laboratory
--     result of grade 3 on, after the first infusion. NRESULTS: how many; DIGEST: the sum of the hashes of the results,
--     the same in two cuts that hold the same ones.
with graded as (
    select 'LVEF' as KIND, USUBJID, PARAM, ADT, null as AT, AVAL, AVALC, AVALQ, AVALU, ATOXGR as GRADE
    from adcv
    where PARAMCD = 'LVEF' and POSTFL = 'Y' and ANL01FL = 'Y' and ATOXGR >= 2
    union all
    select
        'QTCF', USUBJID, PARAM, ADT, concat_ws('|', ADTM, AVISIT, ATPT, ATPTN), round(AVAL), null, null, AVALU,
        case when AVAL > 500 then 3 else 2 end
    from adeg
    where PARAMCD = 'QTCF' and POSTFL = 'Y' and AVAL > 480
    union all
    select
        'LAB', USUBJID, PARAM, ADT, concat_ws('|', PARAMCD, LBSPEC, DTYPE, ADTM, AVISIT), AVAL, AVALC, AVALQ, AVALU,
        greatest(ATOXGRL, ATOXGRH)
    from adlb
    where ADY >= 1 and (ATOXGRL >= 3 or ATOXGRH >= 3)
)
select
    g.USUBJID, g.ADT, cast(count(*) as integer) as NRESULTS,
    cast(sum(cast(hash(g.KIND, g.PARAM, g.ADT, g.AT, g.AVAL, g.AVALC, g.AVALQ, g.AVALU, g.GRADE) as hugeint))
        % 18446744073709551616 as ubigint) as DIGEST
from graded as g
join selected as s on s.USUBJID = g.USUBJID and s.SAFFL = 'Y'
group by g.USUBJID, g.ADT
order by g.USUBJID, g.ADT

-- Question: how long was QTc of each treated subject at baseline, and at its longest after the first infusion?
-- Grain: treated subject and correction (QTCF, QTCB). LIMITC: the limit or range after the first infusion that is
--     surely longest (LEAST ms at least), where one was delivered.
with treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE from selected where SAFFL = 'Y'
),
correction (PARAMCD, PARAM, PARAMN) as (
    values ('QTCF', 'QTc, Fridericia', 1), ('QTCB', 'QTc, Bazett', 2)
),
baseline as (
    -- the mean of its time points
    select USUBJID, PARAMCD, any_value(BASE) as BASE, max(ADT) as BASEDT, cast(count(*) as integer) as NBASE
    from adeg
    where ABLFL = 'Y'
    group by USUBJID, PARAMCD
),
longest as (
    select USUBJID, PARAMCD, AVAL as WORST, CHG as WORSTCHG, AVALCA1, CHGCAT1, ADT, ADY, AVISIT, ATPT, NREP, DERFL
    from adeg
    where POSTFL = 'Y'
    qualify row_number() over (partition by USUBJID, PARAMCD order by AVAL desc, ADT, ATPTN) = 1
),
limited as (
    select USUBJID, PARAMCD, AVALC as LIMITC, LEASTMS as LEAST, ADT as LIMITDT
    from adegout
    where REASONCD = 'LIMIT' and BEFOREFL = 'N' and DERFL is null and LEASTMS is not null
    qualify row_number() over (partition by USUBJID, PARAMCD order by LEASTMS desc, ADT, SRCSEQ) = 1
),
compared as (
    select USUBJID, PARAMCD, any_value(BASE) as BASE from adeg where BASE is not null group by USUBJID, PARAMCD
),
counted as (
    select USUBJID, PARAMCD, count(*) filter (where POSTFL = 'Y') as NLATER from adeg group by USUBJID, PARAMCD
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE, c.PARAMCD, c.PARAM,
    b.BASE, b.BASEDT, b.NBASE, cast(coalesce(n.NLATER, 0) as integer) as NLATER,
    l.WORST, l.WORSTCHG, l.AVALCA1, l.CHGCAT1, l.ADT, l.ADY, l.AVISIT, l.ATPT, l.NREP, l.DERFL,
    m.LIMITC, m.LEAST, m.LEAST - d.BASE as LEASTCHG, m.LIMITDT
from treated as t
cross join correction as c
left join baseline as b on b.USUBJID = t.USUBJID and b.PARAMCD = c.PARAMCD
left join longest as l on l.USUBJID = t.USUBJID and l.PARAMCD = c.PARAMCD
left join limited as m on m.USUBJID = t.USUBJID and m.PARAMCD = c.PARAMCD
left join compared as d on d.USUBJID = t.USUBJID and d.PARAMCD = c.PARAMCD
left join counted as n on n.USUBJID = t.USUBJID and n.PARAMCD = c.PARAMCD
order by c.PARAMN, t.TRTAN, t.USUBJID

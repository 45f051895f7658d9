-- Question: how long was QTc of each treated subject at baseline, and at its longest after the first infusion?
-- Grain: treated subject and correction (QTCF, QTCB).
-- WORST: the longest after the first infusion, of what was measured and of what a limit or a range surely reached;
-- its day, change and category are that one's. BYLIMIT: by a limit or range (LIMITC, as delivered). A category then is
-- the one that it is in, else the limit that it is above (>450): more is possible. What has no least (<450) has no
-- WORST.
with treated as (
    select USUBJID, SUBJID, TRTSDT, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE
    from selected
    where SAFFL = 'Y'
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
    -- the one that is surely longest, and the most that any of them can be
    select
        USUBJID, PARAMCD, AVALC as LIMITC, LEASTMS as LEAST, ADT as LIMITDT, AVISIT as LIMITVISIT,
        max(coalesce(MOSTMS, 'infinity'::double)) over (partition by USUBJID, PARAMCD) as MOST
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
    m.LEAST is not null and not coalesce(l.WORST >= m.LEAST, false) as BYLIMIT,
    greatest(l.WORST, nullif(m.LEAST, 0)) as WORST, greatest(l.WORSTCHG, nullif(m.LEAST, 0) - d.BASE) as WORSTCHG,
    case
        when not BYLIMIT then l.AVALCA1
        when m.LEAST > 500 then '>500'
        when m.LEAST > 480 then if(m.MOST <= 500, '>480 to 500', '>480')
        when m.LEAST > 450 then if(m.MOST <= 480, '>450 to 480', '>450')
        when m.MOST <= 450 then '<=450'
    end as AVALCA1,
    case
        when not BYLIMIT then l.CHGCAT1
        when m.LEAST - d.BASE > 60 then '>60'
        when m.LEAST - d.BASE > 30 then if(m.MOST - d.BASE <= 60, '>30 to 60', '>30')
        when m.MOST - d.BASE <= 30 then '<=30'
    end as CHGCAT1,
    if(BYLIMIT, m.LIMITDT, l.ADT) as ADT,
    if(BYLIMIT, cast(m.LIMITDT - t.TRTSDT + 1 as integer), l.ADY) as ADY,
    if(BYLIMIT, m.LIMITVISIT, l.AVISIT) as AVISIT,
    if(BYLIMIT, null, l.ATPT) as ATPT, if(BYLIMIT, null, l.NREP) as NREP, if(BYLIMIT, null, l.DERFL) as DERFL,
    m.LIMITC
from treated as t
cross join correction as c
left join baseline as b on b.USUBJID = t.USUBJID and b.PARAMCD = c.PARAMCD
left join longest as l on l.USUBJID = t.USUBJID and l.PARAMCD = c.PARAMCD
left join limited as m on m.USUBJID = t.USUBJID and m.PARAMCD = c.PARAMCD
left join compared as d on d.USUBJID = t.USUBJID and d.PARAMCD = c.PARAMCD
left join counted as n on n.USUBJID = t.USUBJID and n.PARAMCD = c.PARAMCD
order by c.PARAMN, t.TRTAN, t.USUBJID

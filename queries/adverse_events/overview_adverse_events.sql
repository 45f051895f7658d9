-- Question: which adverse events were most frequent, in any grade and in grade 3 or worse?
-- Grain: one preferred term with at least one treatment-emergent event in a treated subject.
-- Events that were not coded stand together: a site's free words are no matter for an open session.
with treated as (
    select USUBJID from selected where SAFFL = 'Y'
),
event as (
    select ae.USUBJID, case when ae.AEDECODFB = 'Y' then 'Not coded' else ae.AEDECOD end as AEDECOD, ae.AEBODSYS,
        ae.ATOXGR, ae.ATOXGRIM, ae.AEDECODFB
    from adae as ae
    join treated on treated.USUBJID = ae.USUBJID
    where ae.TRTEMFL = 'Y'
)
select
    AEDECOD, min(AEBODSYS) as AEBODSYS,
    count(distinct USUBJID) as SUBJECTS,
    -- where nothing was graded, no grade 3 is not the same as none
    case when (select count(ATOXGR) from event where ATOXGRIM is null) > 0
        then count(distinct USUBJID) filter (where ATOXGR >= 3) end as SUBJECTS3,
    (select count(*) from treated) as OUTOF,
    count(*) as EVENTS,
    count(*) filter (where ATOXGR is null) as UNGRADED,
    count(*) filter (where ATOXGRIM is not null) as IMPLIED,
    count(*) filter (where AEDECODFB = 'Y') as UNCODED
from event
group by AEDECOD
order by SUBJECTS desc, SUBJECTS3 desc, AEDECOD

-- Question: what began or ended after the DLT window of which a verdict could still make a DLT?
-- Grain: one adverse event (KIND EVENT) or one death (KIND DEATH) after the window of a treated subject without a DLT.
-- Reads: adae, addl, adex, adsl, deathcause, deathday, trial.settings
-- EVENT: of grade 3 or worse (as delivered, or implied), or without a readable grade unless called mild or moderate;
-- not unrelated to the drug, not adjudicated, begun after the window and before any later course.
-- DEATH: of no cause that settles it, on the late day at the latest (or within 30 days of the last infusion of the
-- first course), before any later course, and not told by a fatal event above. One that leaves its subject pending
-- (addl) is no row.
-- ADY, LADY: the first and the last study day that the date allows. CAUSE: what the death is said to be of.
with course as (
    select
        USUBJID, max(ASTDT) filter (where COURSE = 1) as LASTINFDT, min(ASTDT) filter (where COURSE > 1) as NEXTDT
    from adex
    group by USUBJID
),
treated as (
    select
        d.USUBJID, d.TRTSDT, d.WINENDT, a.CUTDT, c.NEXTDT, d.PENDCD,
        greatest(coalesce(c.LASTINFDT, d.TRTSDT) + 30, d.TRTSDT + cast(s.LATEDAY - 1 as integer)) as LASTDT
    from addl as d
    join adsl as a on a.USUBJID = d.USUBJID
    cross join trial.settings as s
    left join course as c on c.USUBJID = d.USUBJID
    where d.TRTSDT is not null and d.DLTSTAT <> 'DLT'
),
event as (
    select
        t.USUBJID, e.AESEQ, coalesce(e.AEDECOD, '') as TERM, e.ATOXGR, e.ASTDT as FIRSTDT, e.ASTDT as LASTDT, t.TRTSDT,
        e.GR3FL
    from treated as t
    join adae as e on e.USUBJID = t.USUBJID
    where e.ASTDT > t.WINENDT and e.ASTDT <= t.CUTDT and e.DLTFL is null and coalesce(e.RELFL, '') <> 'N'
      and (t.NEXTDT is null or e.ASTDT < t.NEXTDT)
      and (e.GR3FL = 'Y' or (e.ATOXGR is null and coalesce(upper(e.AESEV), '') not in ('MILD', 'MODERATE')))
),
death as (
    select
        t.USUBJID, y.DTHFDT as FIRSTDT, y.DTHDTL as LASTDT, t.TRTSDT,
        replace(coalesce(k.DSCAUSE, k.AECAUSE), ';', ', ') as CAUSE
    from treated as t
    join deathday as y on y.USUBJID = t.USUBJID
    left join deathcause as k on k.USUBJID = t.USUBJID
    where y.DTHFDT > t.WINENDT and y.DTHFDT <= t.LASTDT
      and (t.NEXTDT is null or y.DTHFDT < t.NEXTDT)
      and coalesce(k.CAUSECD not in ('DISEASE', 'OTHER'), true)
      and not coalesce(list_contains(string_split(t.PENDCD, ';'), 'DEATH'), false)
      and not exists (select 1 from event as e where e.USUBJID = t.USUBJID and e.ATOXGR = 5)
),
told as (
    select USUBJID, 'EVENT' as KIND, AESEQ, nullif(TERM, '') as TERM, ATOXGR, FIRSTDT, LASTDT, TRTSDT,
        cast(null as varchar) as CAUSE
    from event
    union all
    select USUBJID, 'DEATH', null, null, null, FIRSTDT, LASTDT, TRTSDT, CAUSE from death
)
select
    USUBJID, KIND, cast(AESEQ as integer) as AESEQ, TERM, cast(ATOXGR as integer) as ATOXGR,
    cast(FIRSTDT - TRTSDT + 1 as integer) as ADY, cast(LASTDT - TRTSDT + 1 as integer) as LADY, CAUSE
from told
order by USUBJID, ADY, KIND, AESEQ

-- Question: how many treated subjects of each group had adverse events, and of what weight?
-- Grain: one dose group (or arm) with treated subjects. W…: the subjects of each number, of the worst grade first.
with subject as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DTHFL
    from selected
    where TRTSDT is not null
),
event as (
    select
        USUBJID,
        count(*) as NEVENT, max(ATOXGR) as WORST,
        bool_or(coalesce(RELFL, '') = 'Y') as RELATED,
        bool_or(AESERC = 'Y') as SERIOUS,
        bool_or(AESERC is null) as SERUNKNOWN,
        bool_or(GR3FL = 'Y') as SEVERE,
        bool_or(CARDFL = 'Y') as CARDIAC,
        bool_or(coalesce(ATOXGR = 5, false)) as FATAL,
        bool_or(GR3FL = 'Y' and (ATOXGRIM is null or regexp_matches(AETOXGR, '[3-5]'))) as REPORTED,
        bool_or(GR3FL = 'N' and ATOXGR is null) as UNGRADED
    from adae
    where TRTEMFL = 'Y'
    group by USUBJID
)
select
    s.TRTA, min(s.TRTAN) as TRTAN,
    cast(count(*) as integer) as NTREATED,
    cast(count(e.USUBJID) as integer) as NANY,
    cast(count(*) filter (where e.RELATED) as integer) as NRELATED,
    cast(count(*) filter (where e.SEVERE) as integer) as NGRADE3,
    cast(count(*) filter (where e.SERIOUS) as integer) as NSERIOUS,
    -- without a serious event, and with one of which that is not known
    cast(count(*) filter (where e.SERUNKNOWN and not coalesce(e.SERIOUS, false)) as integer) as NSERUNK,
    cast(count(*) filter (where e.CARDIAC) as integer) as NCARDIAC,
    cast(count(*) filter (where e.FATAL) as integer) as NFATAL,
    -- of grade 3 or worse by the outcome of the event alone; with an ungraded event and none of grade 3 or worse
    cast(count(*) filter (where e.SEVERE and not coalesce(e.REPORTED, false)) as integer) as NIMPLIED,
    cast(count(*) filter (where e.UNGRADED and not e.SEVERE) as integer) as NUNGRADED,
    cast(count(*) filter (where s.DTHFL = 'Y') as integer) as NDEATH,
    cast(coalesce(sum(e.NEVENT), 0) as integer) as NEVENT,
    -- events of the whole cut that carry a grade: none means that severity is all there is
    (select count(ATOXGR) from adae where ATOXGRIM is null) as NGRADED,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) as WTREATED,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.USUBJID is not null) as WANY,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.RELATED) as WRELATED,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.SEVERE) as WGRADE3,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.SERIOUS) as WSERIOUS,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.CARDIAC) as WCARDIAC,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where e.FATAL) as WFATAL,
    list(s.USUBJID order by e.WORST desc nulls last, s.USUBJID) filter (where s.DTHFL = 'Y') as WDEATH
from subject as s
left join event as e on e.USUBJID = s.USUBJID
group by s.TRTA
order by min(s.TRTAN) nulls last, s.TRTA

-- Question: when were the infusions and adverse events of each treated subject, and until when is it known?
-- Grain: one infusion, one treatment-emergent adverse event, or the last day known (KIND) of a treated subject.
-- $events: all, or severe (of grade 3 or worse, or serious). Of more than $most subjects those with the worst events.
-- The last day known is that of death (DTHFL), else of the last contact; a death without a day ends at that.
-- NUNDATED: events of this subject without a day, which are no rows.
-- COUNTDY: the day of the onset; of what began before the first infusion and was fatal after it that of the death
-- (AEWORSDT); else as ADY.
-- ONGOFL: no end and no recovery is told, of a subject alive. NTREATED: all treated subjects.
-- NUNGR: events of all of them, at $events severe, that are left out for want of a grade; NUNGRSUBJ: in how many.
with person as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, TRTSDT, TRTEDT, DTHFL
    from selected
    where TRTSDT is not null
),
event as (
    select
        a.* replace (coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD), a.GR3FL = 'Y' as SEVERE,
        coalesce(a.AEWORSDT - p.TRTSDT + 1, a.ADY) as COUNTDY
    from adae as a
    join person as p on p.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y' and ($events = 'all' or a.GR3FL = 'Y' or a.AESERC = 'Y')
),
weight as (
    select
        USUBJID, count(*) filter (where ADY is null) as NUNDATED, max(ATOXGR) as WORST,
        count(*) filter (where SEVERE) as NSEVERE, count(*) as NEVENT
    from event
    group by USUBJID
),
ungraded as (
    select USUBJID, count(*) as NUNGR
    from adae
    where TRTEMFL = 'Y' and $events <> 'all' and GR3FL = 'N' and ATOXGR is null and AESERC is distinct from 'Y'
    group by USUBJID
),
chosen as (
    select
        p.*, coalesce(w.NUNDATED, 0) as NUNDATED, count(*) over () as NTREATED,
        coalesce(sum(u.NUNGR) over (), 0) as NUNGR, count(u.NUNGR) over () as NUNGRSUBJ
    from person as p
    left join weight as w on w.USUBJID = p.USUBJID
    left join ungraded as u on u.USUBJID = p.USUBJID
    qualify row_number() over (
        order by coalesce(w.WORST, 0) desc, coalesce(w.NSEVERE, 0) desc, coalesce(w.NEVENT, 0) desc, p.USUBJID
    ) <= cast($most as integer)
),
last_day as (
    select
        c.USUBJID, greatest(coalesce(t.ADT, t.LSTALVDT), c.TRTEDT, c.TRTSDT) as LASTDT,
        t.CNSR = 0 and t.ADT is not null as DIED
    from chosen as c
    left join adtte as t on t.USUBJID = c.USUBJID and t.PARAMCD = 'OS'
),
thing as (
    select
        e.USUBJID, 'EVENT' as KIND, e.ADY, e.COUNTDY, case when e.AENDY >= e.ADY then e.AENDY end as AENDY,
        case when e.AENDT is null and coalesce(e.ATOXGR, 0) < 5
            and not coalesce(regexp_matches(upper(e.AEOUT), '^ *(RECOVERED|RESOLVED)'), false) then 'Y' else 'N' end
            as ONGOFL,
        e.AESEQ, e.AEDECOD, e.ATOXGR, e.ATOXGRIM, e.AESEV, e.AESERC, e.RELFL, e.AEOUT, null as DIED
    from event as e
    where e.ADY is not null
    union all
    select distinct x.USUBJID, 'INFUSION', x.ADY, x.ADY, null, null, null, null, null, null, null, null, null, null,
        null
    from adex as x
    union all
    select
        l.USUBJID, 'END', cast(l.LASTDT - c.TRTSDT + 1 as integer), cast(l.LASTDT - c.TRTSDT + 1 as integer), null,
        null, null, null, null, null, null, null, null, null, l.DIED
    from last_day as l
    join chosen as c on c.USUBJID = l.USUBJID
)
select
    c.USUBJID, c.SUBJID, c.TRTA, c.TRTAN, c.DISEASE, t.KIND, cast(t.ADY as integer) as ADY,
    cast(t.COUNTDY as integer) as COUNTDY, cast(t.AENDY as integer) as AENDY,
    case when t.ONGOFL = 'Y' and c.DTHFL = 'Y' then 'N' else t.ONGOFL end as ONGOFL,
    cast(t.AESEQ as integer) as AESEQ, t.AEDECOD,
    cast(t.ATOXGR as integer) as ATOXGR, t.ATOXGRIM, t.AESEV, t.AESERC, t.RELFL, t.AEOUT,
    case when t.DIED then 'Y' end as DTHDAYFL, c.DTHFL, cast(c.NUNDATED as integer) as NUNDATED,
    cast(c.NTREATED as integer) as NTREATED, cast(c.NUNGR as integer) as NUNGR,
    cast(c.NUNGRSUBJ as integer) as NUNGRSUBJ
from chosen as c
join thing as t on t.USUBJID = c.USUBJID
order by c.TRTAN nulls last, c.TRTA, c.DISEASE nulls last, c.TRTSDT, c.USUBJID, t.KIND, t.ADY, t.AESEQ

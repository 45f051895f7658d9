-- Question: after how many days did each treated subject first have an event of a category of special interest, with
--     death before it as the competing event?
-- Grain: one treated subject. $category: the category. $grade: any, or severe (grade 3 or worse, or called severe).
-- DAYS counts the day of the first infusion as day 1; what began before it and was fatal after it counts from the
-- death (AEWORSDT). EVNTDESC: Event; Death; Followed (to death's unknown day, or the
-- last contact). DAYS is null where an event has no day (EVNTDESC is Event then). A partial onset counts from the
-- earliest day that it allows. DTHNODT: Y died on a day not known.
-- UNGRFL: Y, at $grade severe, who had an ungraded event of the category and none of grade 3 or worse.
with person as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, TRTSDT, TRTEDT, DTHFL
    from selected
    where TRTSDT is not null
),
event as (
    select
        a.USUBJID, min(a.COUNTDY) as COUNTDY, arg_min(a.AEDECOD, coalesce(a.COUNTDY, 1000000)) as AEDECOD
    from (
        select
            e.* replace (coalesce(e.AEDECOD, 'Term not delivered') as AEDECOD),
            coalesce(e.AEWORSDT - p.TRTSDT + 1, e.ADY) as COUNTDY
        from adae as e
        join person as p on p.USUBJID = e.USUBJID
    ) as a
    where a.TRTEMFL = 'Y' and a.AESICAT = $category and ($grade = 'any' or a.GR3FL = 'Y')
    group by a.USUBJID
),
ungraded as (
    select distinct USUBJID
    from adae
    where TRTEMFL = 'Y' and AESICAT = $category and $grade <> 'any' and GR3FL = 'N' and ATOXGR is null
),
followed as (
    select
        p.*, u.USUBJID is not null and e.USUBJID is null as UNGRADED, e.COUNTDY, e.AEDECOD,
        e.USUBJID is not null as HAD, t.CNSR = 0 and t.ADT is not null as DIED,
        greatest(coalesce(t.ADT, t.LSTALVDT), p.TRTEDT, p.TRTSDT) - p.TRTSDT + 1 as LASTDY
    from person as p
    left join event as e on e.USUBJID = p.USUBJID
    left join ungraded as u on u.USUBJID = p.USUBJID
    left join adtte as t on t.USUBJID = p.USUBJID and t.PARAMCD = 'OS'
)
select
    USUBJID, SUBJID, TRTA, TRTAN, DISEASE, AEDECOD,
    cast(case when HAD then COUNTDY else LASTDY end as integer) as DAYS,
    case when HAD then 'Event' when DIED then 'Death' else 'Followed' end as EVNTDESC,
    case when DTHFL = 'Y' and not coalesce(DIED, false) and not HAD then 'Y' end as DTHNODT,
    case when UNGRADED then 'Y' end as UNGRFL
from followed
order by TRTAN nulls last, TRTA, USUBJID

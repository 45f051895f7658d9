-- Question: how many treated subjects had each adverse event, by system organ class, preferred term and group?
-- Grain: one class and term (AEDECOD null: the class), or all events together (AEBODSYS null too, also where there are
-- none), in one group with treated subjects or in all groups (TRTA null); without the cells of nobody.
-- $events: all, related, grade3, serious, interest, course1 (begun before the second course, or fatal before it where
-- the onset is before the first infusion), or new: the events whose keys are in $new. NASIDE: treatment-emergent events
-- that this choice leaves out because it is not known of them.
-- A subject counts once in each cell, by its worst event. N3: of grade 3 or worse; NUNGR: with an ungraded event and
-- none of grade 3 or worse. SUBJECTS: those of N, the N3 first, each by its worst grade and number of events.
with person as (
    select USUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN
    from selected
    where TRTSDT is not null
),
second_course as (
    select USUBJID, min(ASTDT) as NEXTDT from adex where COURSE = 2 group by USUBJID
),
emergent as (
    select
        a.USUBJID, coalesce(a.AEBODSYS, 'Class not delivered') as AEBODSYS,
        coalesce(a.AEDECOD, 'Term not delivered') as AEDECOD, a.ATOXGR, a.GR3FL = 'Y' as SEVERE,
        case $events
            when 'all' then true
            when 'related' then a.RELFL = 'Y'
            when 'grade3' then case when a.GR3FL = 'Y' then true when a.ATOXGR is not null then false end
            when 'serious' then a.AESERC = 'Y'
            when 'interest' then a.AESICAT is not null
            when 'course1' then case
                when c.NEXTDT is null then true
                when coalesce(a.AEWORSDT, a.ASTDT) >= c.NEXTDT then false
                -- not known of a partial onset that may lie on either side
                when case a.ASTDTF when 'D' then last_day(a.ASTDT) when 'M' then make_date(year(a.ASTDT), 12, 31)
                    else a.ASTDT end < c.NEXTDT then true
            end
            when 'new' then concat_ws('|', a.USUBJID, a.AESEQ, a.AETERM, a.AESTDTC)
                in (select unnest(cast($new as varchar[])))
        end as CHOSEN
    from adae as a
    join person as p on p.USUBJID = a.USUBJID
    left join second_course as c on c.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y'
),
worst as (
    select
        USUBJID, AEBODSYS, AEDECOD, count(*) as NEVENT, max(ATOXGR) as WORST, bool_or(SEVERE) as SEVERE,
        bool_or(ATOXGR is null) and not bool_or(SEVERE) as UNGRADED
    from emergent
    where CHOSEN
    group by grouping sets ((USUBJID, AEBODSYS, AEDECOD), (USUBJID, AEBODSYS), (USUBJID))
),
cell as (
    select
        w.AEBODSYS, w.AEDECOD, p.TRTA, count(*) as N, count(*) filter (where w.SEVERE) as N3,
        count(*) filter (where w.UNGRADED) as NUNGR, sum(w.NEVENT) as NEVENT,
        list(w.USUBJID order by w.SEVERE desc, w.WORST desc nulls last, w.NEVENT desc, w.USUBJID) as SUBJECTS
    from worst as w
    join person as p on p.USUBJID = w.USUBJID
    group by grouping sets ((w.AEBODSYS, w.AEDECOD, p.TRTA), (w.AEBODSYS, w.AEDECOD))
),
treated as (
    select TRTA, min(TRTAN) as TRTAN, count(*) as NTREATED from person group by grouping sets ((TRTA), ())
),
aside as (
    select count(*) as NASIDE from emergent where CHOSEN is null
),
-- all events together of each group, also of one without events
whole as (
    select t.TRTA, c.AEBODSYS, c.AEDECOD, c.N, c.N3, c.NUNGR, c.NEVENT, c.SUBJECTS
    from treated as t
    left join cell as c on c.TRTA is not distinct from t.TRTA and c.AEBODSYS is null
    union all
    select TRTA, AEBODSYS, AEDECOD, N, N3, NUNGR, NEVENT, SUBJECTS from cell where AEBODSYS is not null
)
select
    w.AEBODSYS, w.AEDECOD, w.TRTA, t.TRTAN,
    cast(t.NTREATED as integer) as NTREATED, cast(coalesce(w.N, 0) as integer) as N,
    cast(coalesce(w.N3, 0) as integer) as N3, cast(coalesce(w.NUNGR, 0) as integer) as NUNGR,
    cast(coalesce(w.NEVENT, 0) as integer) as NEVENT, w.SUBJECTS, cast(a.NASIDE as integer) as NASIDE
from whole as w
join treated as t on t.TRTA is not distinct from w.TRTA
cross join aside as a
where t.NTREATED > 0
order by w.AEBODSYS nulls first, w.AEDECOD nulls first, t.TRTAN nulls last, w.TRTA

-- Question: which adverse events were reported, how bad, how soon after the first infusion, and was each judged a DLT?
-- Grain: one reported adverse event (a row of AE).
-- Reads: adex, adsl, aegrade, aesupp, deathday, dltverdict, trial.causality, trial.flag, trial.heart_failure
-- Reads: trial.late_term, trial.settings, trial.special_interest
-- A partial onset (2007-07) is compared at its own precision: it is treatment-emergent unless all of it lies before
-- the first infusion or it ended before it, inside the DLT window unless all of it lies outside. ASTDT is then the
-- earliest day it allows that is not before the first infusion (of what ended before it the earliest), and ASTDTF says
-- that the day (D) or the month (M) was not written.
-- An event that began before the first infusion and ended in death after it worsened after it: it is
-- treatment-emergent, and AEWORSDT, the day of death, is what the DLT window is asked about.
-- CARDFL: of the system organ class Cardiac disorders, of the trial's list of special interest "Heart", or with a word
-- of heart failure, known or possible, or of another cardiac event (cardiac_terms), in its preferred term.
-- AESICAT: the trial's category of special interest of which a term stands in the event's term in whole words, as a
-- stopping rule counts it; the first by name of several.
-- AFTDTHFL: it began surely after the death: its first day lies after the last one that the date of death allows. It is
-- then not treatment-emergent, so that no count of events has it, unless the death is dated before the first infusion.
-- A time of midnight on the day of the first infusion is none: data capture fills it in.
-- ONSETCD: the onset cannot be right, or not yet: EARLY, related to the study drug and dated before the first infusion
-- (one fatal after it apart); END, after the window and after its own end, which is not before the first infusion; CUT,
-- after the data cut.
-- RELFL: each answer is a whole one of the trial's list (several: where all say the same), anything else is unknown;
-- RELUNRFL 'Y': unknown because the answer is in no list.
-- DLTPLACE: where an event judged a DLT began: AFTER CUT; BEFORE the first infusion, in a later course at an OTHER DOSE
-- than the first course's, in the WINDOW, LATE (of the criterion that is assessed after the window), or else AFTER
-- the window.
with subject as (
    select USUBJID, TRTSDT, TRTEDT, DTHDT, CUTDT, TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT
    from adsl
    cross join trial.settings as s
),
first_infusion as (
    select USUBJID, min(ASTDTM) as TRTSDTM
    from adex
    where ADY = 1
    group by USUBJID
),
dated as (
    select
        *,
        coalesce(AEDECOD, AETERM) as TERM
    from aegrade
),
-- A term or class in capitals, small letters or both is one: the spelling that occurs most, capitalised before others.
spelling as (
    select KEYTEXT, arg_max(WRITTEN, row(NROWS, regexp_matches(WRITTEN, '^[A-Z][^A-Z]'), WRITTEN)) as SPELLED
    from (
        select lower(trim(WRITTEN)) as KEYTEXT, WRITTEN, count(*) as NROWS
        from (select TERM as WRITTEN from dated union all select coalesce(AEBODSYS, AESOC) from dated)
        where WRITTEN is not null
        group by WRITTEN
    )
    group by KEYTEXT
),
-- What was judged of an event, from SUPPAE or from a variable of AE itself.
evaluation as (
    select AEROW, QNAM, QVAL, QVALYN
    from aesupp
    where AEROW is not null
    union all
    select AEROW, QNAM, QVAL, case when QVAL in ('Y', 'N') then QVAL end
    from (select AEROW, AEDLT, DLTFL, DLT, AESI, AESIFL, AEDLTRS, DLTRS from aegrade)
    unpivot (QVAL for QNAM in (AEDLT, DLTFL, DLT, AESI, AESIFL, AEDLTRS, DLTRS))
),
verdict as (
    select e.AEROW, f.FLAG, e.QVALYN as VERDICT
    from evaluation as e
    join trial.flag as f on f.QNAM = e.QNAM
    where e.QVAL is not null
    -- a yes under a name that looks like the adjudication and is none of the trial's is a verdict that cannot be read
    union all
    select AEROW, 'DLT', null
    from dltverdict
    where AEROW is not null and not KNOWN
    union all
    select AEROW, 'DLT', null
    from evaluation
    where QNAM in ('AEDLT', 'DLTFL', 'DLT') and QNAM not in (select QNAM from trial.flag)
      and QVALYN = 'Y'
),
-- Several evaluations of one event stay one event: a DLT if any of them says so, and DLTEVAL tells how many verdicts.
judged as (
    select
        AEROW,
        max(case when FLAG = 'DLT' then VERDICT end) as DLTFL,
        count(distinct case when FLAG = 'DLT' then VERDICT end) as NVERDICT,
        bool_or(FLAG = 'DLT' and VERDICT is null) as UNREAD,
        max(case when FLAG = 'AESI' then VERDICT end) as AESIFL
    from verdict
    group by AEROW
),
reason as (
    select e.AEROW, string_agg(distinct e.QVAL, ' | ' order by e.QVAL) as DLTRS
    from evaluation as e
    where e.QNAM in (select QNAM || 'RS' from trial.flag where FLAG = 'DLT')
       or e.QNAM in (select replace(QNAM, 'FL', 'RS') from trial.flag where FLAG = 'DLT' and QNAM like '%FL')
    group by e.AEROW
),
answer as (
    select distinct
        AEREL, trim(regexp_replace(upper(AEREL), '[^A-Z]+', ' ', 'g')) as WHOLE,
        list_filter(list_transform(regexp_split_to_array(upper(AEREL), '[,;:/()=|–]| - '),
            lambda piece: trim(regexp_replace(piece, '[^A-Z]+', ' ', 'g'))), lambda piece: piece <> '') as PIECES
    from aegrade
    where AEREL is not null
),
-- how many of the parts of an answer each kind of word is
part as (
    select a.AEREL, len(a.PIECES) as NPIECES, w.KIND, count(*) as NKIND
    from answer as a, unnest(a.PIECES) as p (piece)
    join trial.causality as w on w.WORD = piece
    group by a.AEREL, len(a.PIECES), w.KIND
),
related as (
    select
        a.AEREL,
        case when contains(a.AEREL, '?') then null else coalesce(w.KIND, p.KIND) end as KIND
    from answer as a
    left join trial.causality as w on w.WORD = a.WHOLE
    left join part as p on p.AEREL = a.AEREL and p.NKIND = p.NPIECES
),
interest as (
    select t.TERM, min(i.AESICAT) as AESICAT
    from (select distinct lower(TERM) as TERM from dated) as t
    join trial.special_interest as i
        on contains(t.TERM, i.TERM) and regexp_matches(t.TERM, '(^|[^a-z])' || regexp_escape(i.TERM) || '([^a-z]|$)')
    group by t.TERM
),
heart as (
    select TERM, '^' || regexp_escape(TERM) || '$' as PATTERN
    from trial.special_interest where lower(AESICAT) = 'heart'
    union all
    select TERM, '(^|[^a-z])' || regexp_escape(TERM) || '([^a-z]|$)'
    from trial.heart_failure where KIND in ('TERM', 'POSSIBLE', 'CARDIAC')
),
begun as (
    select
        d.*, s.TRTSDT, s.TRTEDT, s.WINENDT, s.DTHDT, s.CUTDT, nullif(r.KIND, 'U') as RELFL,
        d.AEREL is not null and r.KIND is null as RELUNREAD,
        -- a whole date of onset stands, though the end contradicts it
        (d.AESTDTL is null or (d.AESTDTF is not null and d.AEENDTL >= d.AESTDT)) and d.AEENDTL < s.TRTSDT
            as ENDEDBEFORE,
        case
            when s.TRTSDT is null then 'N'
            when ENDEDBEFORE then 'N'
            when d.AESTDTL is null then 'Y'
            when d.AESTDTM is not null and i.TRTSDTM is not null and d.AESTDTM <> cast(s.TRTSDT as timestamp)
                then case when d.AESTDTM >= i.TRTSDTM then 'Y' else 'N' end
            when d.AESTDTL >= s.TRTSDT then 'Y'
            else 'N'
        end as AFTERFL,
        case when d.AESTDT < s.TRTSDT and d.AESTDTL >= s.TRTSDT and not coalesce(ENDEDBEFORE, false) then s.TRTSDT
            else d.AESTDT end as ASTDT
    from dated as d
    left join subject as s on s.USUBJID = d.USUBJID
    left join first_infusion as i on i.USUBJID = d.USUBJID
    left join related as r on r.AEREL = d.AEREL
),
worsened as (
    select
        *, AFTERFL = 'N' and FATALFL = 'Y' and coalesce(AEENDTL, TRTSDT) >= TRTSDT as WORSENED,
        case when WORSENED then greatest(coalesce(AEENDT, DTHDT), TRTSDT) end as AEWORSDT,
        case when WORSENED then AEWORSDT else ASTDT end as COUNTDT
    from begun
),
graded as (
    select
        w.*,
        case
            when (w.WORSENED or w.AFTERFL = 'Y')
                and not coalesce(s.EMERGDAY > 0 and w.COUNTDT > w.TRTEDT + cast(s.EMERGDAY as integer), false) then 'Y'
            else 'N'
        end as TRTEMFL,
        case
            when (w.WORSENED or w.AFTERFL = 'Y') and (w.COUNTDT is null or w.COUNTDT <= w.WINENDT) then 'Y' else 'N'
        end as DLTWINFL,
        case
            when w.AESTDT > w.CUTDT then 'CUT'
            when w.TRTSDT is null or w.WORSENED then null
            when w.AFTERFL = 'N' and w.RELFL = 'Y' then 'EARLY'
            when w.AFTERFL = 'Y' and DLTWINFL = 'N' and w.AEENDTL < w.AESTDT and w.AEENDTL >= w.TRTSDT then 'END'
        end as ONSETCD
    from worsened as w
    cross join trial.settings as s
),
cardiac as (
    select AEROW
    from graded
    where TERM in (
        select g.TERM
        from (select distinct TERM from graded) as g
        join heart as h on regexp_matches(lower(g.TERM), h.PATTERN)
    )
),
course_dose as (
    select USUBJID, COURSE, min(ASTDT) as COURSEDT, max(DOSE) as DOSE, bool_or(DOSE is null) as NODOSE
    from adex
    group by USUBJID, COURSE
),
-- one number an event: of several under one, or without any, all but the first go on from the subject's greatest
number as (
    select
        AEROW, case when not ISNEW then AESEQ
            else coalesce(max(AESEQ) over (partition by USUBJID), 0)
                + count(*) filter (where ISNEW) over (partition by USUBJID order by AEROW rows unbounded preceding)
        end as AESEQ
    from (
        select USUBJID, AEROW, AESEQ,
            AESEQ is null or row_number() over (partition by USUBJID, AESEQ order by AEROW) > 1 as ISNEW
        from graded
    )
),
-- events of a later course (the last one begun by their onset) at a known dose other than the first course's
other_dose as (
    select g.AEROW
    from graded as g
    join course_dose as c on c.USUBJID = g.USUBJID and c.COURSE > 1 and c.COURSEDT <= g.COUNTDT
    join course_dose as f on f.USUBJID = g.USUBJID and f.COURSE = 1
    cross join trial.settings as s
    group by g.AEROW
    having arg_max(abs(c.DOSE - f.DOSE) > s.DOSETOL * f.DOSE and not c.NODOSE and not f.NODOSE, c.COURSE)
)
select
    g.USUBJID, cast(n.AESEQ as integer) as AESEQ, cast(g.AESEQ as integer) as SRCSEQ, g.AETERM,
    coalesce(w.SPELLED, g.TERM) as AEDECOD,
    case when g.AEDECOD is null then 'Y' end as AEDECODFB,
    coalesce(v.SPELLED, g.AEBODSYS, g.AESOC) as AEBODSYS,
    g.ASTDT, g.AESTDTF as ASTDTF, g.AESTDTC, g.AEENDTL as AENDT, g.AEENDTF as AENDTF, g.AEENDTC,
    -- there is no day 0: the day before the first infusion is day -1
    cast(case when g.ASTDT >= g.TRTSDT then g.ASTDT - g.TRTSDT + 1 else g.ASTDT - g.TRTSDT end as integer) as ADY,
    cast(case when g.AEENDTL >= g.TRTSDT then g.AEENDTL - g.TRTSDT + 1 else g.AEENDTL - g.TRTSDT end as integer)
        as AENDY,
    g.ATOXGR, g.ATOXGRIM, g.AETOXGR, g.AESEV, g.AESER,
    -- grade 3 or worse; an event that nobody graded counts when it was called severe
    case
        when g.ATOXGR >= 3
            or (g.ATOXGR is null and g.LEAST3FL = 'Y')
            or (g.ATOXGR is null and upper(g.AESEV) in ('SEVERE', 'LIFE THREATENING', 'LIFE-THREATENING')) then 'Y'
        else 'N'
    end as GR3FL,
    case
        when 'Y' in (
                upper(left(g.AESER, 1)), upper(left(g.AESDTH, 1)), upper(left(g.AESLIFE, 1)), upper(left(g.AESHOSP, 1)),
                upper(left(g.AESDISAB, 1)),
                upper(left(g.AESMIE, 1)), upper(left(g.AESCONG, 1)), upper(left(g.AESCAN, 1)),
                upper(left(g.AESINTV, 1)))
            or g.ATOXGR = 5
        then 'Y'
        -- without the flag an event is not serious only where each of the six criteria says so
        when upper(left(g.AESER, 1)) = 'N'
            or (g.AESDTH = 'N' and g.AESLIFE = 'N' and g.AESHOSP = 'N' and g.AESDISAB = 'N' and g.AESMIE = 'N'
                and g.AESCONG = 'N')
        then 'N'
    end as AESERC,
    g.AEREL,
    g.RELFL, case when g.RELUNREAD then 'Y' end as RELUNRFL,
    g.AEACN, g.AEOUT,
    case when g.ASTDT > y.DTHDTL and y.DTHDTL >= g.TRTSDT then 'N' else g.TRTEMFL end as TRTEMFL,
    j.DLTFL, r.DLTRS, cast(coalesce(j.NVERDICT, 0) as integer) as DLTEVAL,
    -- an adjudication came that says neither yes nor no
    case when j.UNREAD and j.DLTFL is null then 'Y' end as DLTUNRFL,
    g.DLTWINFL, g.ONSETCD, g.AEWORSDT, case when g.ASTDT > y.DTHDTL then 'Y' end as AFTDTHFL,
    case
        when coalesce(j.DLTFL, '') <> 'Y' or g.TRTSDT is null then null
        when g.ONSETCD = 'CUT' then 'AFTER CUT'
        when g.AFTERFL = 'N' and not g.WORSENED then 'BEFORE'
        when o.AEROW is not null then 'OTHER DOSE'
        when g.DLTWINFL = 'Y' then 'WINDOW'
        when s.LATEDAY > 0 and (lower(g.TERM) in (select TERM from trial.late_term)
            or lower(g.AETERM) in (select TERM from trial.late_term)
            or exists (select 1 from trial.late_term as l where contains(lower(r.DLTRS), l.TERM))) then 'LATE'
        else 'AFTER'
    end as DLTPLACE,
    coalesce(i.AESICAT, case when j.AESIFL = 'Y' then 'Other' end) as AESICAT,
    case when 'cardiac disorders' in (lower(trim(g.AEBODSYS)), lower(trim(g.AESOC))) or c.AEROW is not null then 'Y'
        else 'N' end as CARDFL
from graded as g
join number as n on n.AEROW = g.AEROW
cross join trial.settings as s
left join other_dose as o on o.AEROW = g.AEROW
left join cardiac as c on c.AEROW = g.AEROW
left join deathday as y on y.USUBJID = g.USUBJID
left join judged as j on j.AEROW = g.AEROW
left join reason as r on r.AEROW = g.AEROW
left join interest as i on i.TERM = lower(g.TERM)
left join spelling as w on w.KEYTEXT = lower(trim(g.TERM))
left join spelling as v on v.KEYTEXT = lower(trim(coalesce(g.AEBODSYS, g.AESOC)))
order by g.USUBJID, n.AESEQ

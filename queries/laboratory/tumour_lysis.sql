-- Question: who had laboratory or clinical tumour lysis syndrome in a course ($course), and in whom can it not be told?
-- Grain: one treated subject given that course.
-- Days of the course: day 1 its first infusion, no day 0; assessed are days -3 to 8. $definition: cairo-bishop (at or
-- beyond a limit, or changed by 25 % from the baseline of the course) or howard (beyond a limit, two within 24 hours;
-- results of neighbouring days without a clock time are taken to be). $adult_age: from which the limits are an adult's.
-- A limit is taken in mg/dL where the result is in mg/dL, as both definitions give it in both units.
-- Each test is met (Y), not (N), or that cannot be told (U): no result after the first infusion of the course up to day
-- 8, or one without a number, a unit, a baseline, an age, an upper limit of normal or a whole date that decides.
-- LABCD: Y, two or more met; N, fewer even if all that cannot be told were; OPEN, fewer so far and day 8 is not
-- reached; else U. CLINCD, of creatinine, arrhythmia, sudden death and seizure alone: Y, N, U (none is known, and
-- creatinine is missing, an event may have begun in these days (UNDATED) or no adverse events were delivered). TLSCD:
-- CLINICAL, LABORATORY, LABORATORY OPEN (whether clinical is not known), UNKNOWN, OPEN, NONE.
-- METVALUE, METCHANGE: the tests met by a limit, and by the change alone. MISSING: those that cannot be told.
-- The baseline of a course is the last result before its first infusion; of course 1 the one that adlb flags.
with course as (
    select
        s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE, s.AGE, s.CUTDT,
        min(x.ASTDT) as CRSSDT, min(x.ASTDTM) filter (where cast(x.ASTDTM as date) = x.ASTDT) as CRSSDTM
    from selected as s
    join adex as x on x.USUBJID = s.USUBJID
    where s.SAFFL = 'Y' and x.COURSE = $course
    group by all
    having min(x.ASTDT) is not null
),
criterion (PARAMCD, ANALYTE, SIGN, DEFINITION, CHILDSI, CHILDMASS, ADULTSI, ADULTMASS) as (
    values
        ('URATE', 'urate', 1, 'cairo-bishop', 476, 8, 476, 8),
        ('K', 'potassium', 1, 'cairo-bishop', 6, null, 6, null),
        ('PHOS', 'phosphate', 1, 'cairo-bishop', 2.1, 6.5, 1.45, 4.5),
        ('CACORR', 'calcium', -1, 'cairo-bishop', 1.75, 7, 1.75, 7),
        -- uric acid of a child: its own upper limit of normal
        ('URATE', 'urate', 1, 'howard', null, null, 475.8, 8),
        ('K', 'potassium', 1, 'howard', 6, null, 6, null),
        ('PHOS', 'phosphate', 1, 'howard', 2.1, 6.5, 1.5, 4.5),
        ('CACORR', 'calcium', -1, 'howard', 1.75, 7, 1.75, 7),
        ('CREAT', 'creatinine', 1, $definition, null, null, null, null)
),
measured as (
    select
        c.*, r.* exclude (DEFINITION), l.ADT, l.ADTM, coalesce(l.LBSEQ, 0) as SEQ, l.ABLFL, l.AVAL, l.AVALQ, l.ANRHI,
        replace(replace(replace(lower(l.AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u') as SPELLED,
        l.ADT is not null and l.ADTF is null as DATED,
        coalesce(DATED and (l.ADT < c.CRSSDT or (l.ADT = c.CRSSDT and case
            when l.ADTM is not null and c.CRSSDTM is not null and l.ADTM <> cast(l.ADT as timestamp)
                then l.ADTM <= c.CRSSDTM
            when $course = 1 and l.POSTFL is not null then l.POSTFL = 'N'
            else true end)), false) as BEFORE,
        coalesce(DATED and l.ADT between c.CRSSDT - 3 and c.CRSSDT + 7, false) as WITHIN,
        -- without a whole date it may be of these days
        not DATED and coalesce(case l.ADTF when 'D' then last_day(l.ADT) when 'M' then make_date(year(l.ADT), 12, 31)
            end >= c.CRSSDT - 3, true) as MAYBE
    from course as c
    join adlb as l on l.USUBJID = c.USUBJID and coalesce(l.ADT <= c.CRSSDT + 7, true)
    join criterion as r on r.PARAMCD = l.PARAMCD and r.DEFINITION = $definition
    where coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
),
result as (
    select
        m.*, if(m.AVAL >= 0, m.AVAL * u.SIFACTOR, null) as VALUE, if(m.ANRHI > 0, m.ANRHI * u.SIFACTOR, null) as ULN,
        m.SPELLED in ('mg/dl', 'mg%') as MASS,
        coalesce(if(MASS, m.CHILDMASS * u.SIFACTOR, null), m.CHILDSI, if(m.PARAMCD = 'URATE', ULN, null)) as CHILD,
        coalesce(if(MASS, m.ADULTMASS * u.SIFACTOR, null), m.ADULTSI) as ADULT
    from measured as m
    left join reference.lab_unit as u on u.ANALYTE = m.ANALYTE and u.UNIT = m.SPELLED
),
baseline as (
    select
        USUBJID, PARAMCD,
        arg_max(row(VALUE, ADT), row($course = 1 and coalesce(ABLFL = 'Y', false), ADT,
            coalesce(ADTM, cast(ADT as timestamp)), SEQ)) as LAST
    from result
    where BEFORE and VALUE is not null and AVALQ is null
    group by USUBJID, PARAMCD
),
compared as (
    select
        r.*, b.LAST[1] as BASE,
        if($definition = 'howard', 1 + 1e-9 * r.SIGN, 1 - 1e-9 * r.SIGN) as EDGE,
        -- the limit by age; of an age that is not known the lesser decides what is not met, the greater what is
        case when r.AGE >= $adult_age then r.ADULT when r.AGE < $adult_age then r.CHILD
            when r.CHILD is null or r.ADULT is null then null else least(r.CHILD, r.ADULT) end as LOWLIMIT,
        case when r.AGE >= $adult_age then r.ADULT when r.AGE < $adult_age then r.CHILD
            when r.CHILD is null or r.ADULT is null then null else greatest(r.CHILD, r.ADULT) end as HIGHLIMIT
    from result as r
    left join baseline as b on b.USUBJID = r.USUBJID and b.PARAMCD = r.PARAMCD
    where (r.WITHIN or r.MAYBE) and r.PARAMCD <> 'CREAT'
),
judged as (
    select
        *,
        case
            when VALUE is null or LOWLIMIT is null then 'U'
            when SIGN * VALUE >= SIGN * if(SIGN = 1, HIGHLIMIT, LOWLIMIT) * EDGE
                then if(MAYBE or AVALQ = if(SIGN = 1, '<', '>'), 'U', 'Y')
            when SIGN * VALUE >= SIGN * if(SIGN = 1, LOWLIMIT, HIGHLIMIT) * EDGE then 'U'
            when AVALQ = if(SIGN = 1, '>', '<') then 'U'
            else 'N'
        end as BYVALUE,
        case
            when $definition = 'howard' or BEFORE then 'N'
            when VALUE is null or BASE is null or BASE = 0 then 'U'
            when SIGN * VALUE >= SIGN * BASE * (1 + SIGN * 0.25) * (1 - SIGN * 1e-9)
                then if(MAYBE or AVALQ = if(SIGN = 1, '<', '>'), 'U', 'Y')
            when AVALQ = if(SIGN = 1, '>', '<') then 'U'
            else 'N'
        end as BYCHANGE
    from compared
),
test as (
    select
        USUBJID, PARAMCD, bool_or(BYVALUE = 'Y') as ATVALUE,
        case when bool_or('Y' in (BYVALUE, BYCHANGE)) then 'Y'
            when bool_and(BEFORE or MAYBE) or bool_or('U' in (BYVALUE, BYCHANGE)) then 'U'
            else 'N' end as STATE
    from judged
    group by USUBJID, PARAMCD
),
asked as (
    select
        c.USUBJID, p.PARAMCD, p.RANK, coalesce(t.STATE, 'U') as STATE, coalesce(t.ATVALUE, false) as ATVALUE
    from course as c
    cross join (values ('URATE', 1), ('K', 2), ('PHOS', 3), ('CACORR', 4)) as p (PARAMCD, RANK)
    left join test as t on t.USUBJID = c.USUBJID and t.PARAMCD = p.PARAMCD
),
counted as (
    select
        USUBJID, count(*) filter (where STATE = 'Y') as NMET, count(*) filter (where STATE = 'U') as NOPEN,
        string_agg(PARAMCD, ';' order by RANK) filter (where STATE = 'Y' and ATVALUE) as METVALUE,
        string_agg(PARAMCD, ';' order by RANK) filter (where STATE = 'Y' and not ATVALUE) as METCHANGE,
        string_agg(PARAMCD, ';' order by RANK) filter (where STATE = 'U') as MISSING
    from asked
    group by USUBJID
),
-- two of different tests within 24 hours
together as (
    select distinct a.USUBJID
    from judged as a
    join judged as b on b.USUBJID = a.USUBJID and b.PARAMCD > a.PARAMCD and b.BYVALUE = 'Y'
        and abs(b.ADT - a.ADT) <= 1
    where a.BYVALUE = 'Y' and coalesce(abs(epoch(b.ADTM) - epoch(a.ADTM)) <= 86400, true)
),
creatinine as (
    select
        r.USUBJID, count(*) filter (where r.WITHIN and not r.BEFORE) as NAFTER,
        max(r.VALUE / r.ULN) filter (where r.WITHIN and r.AVALQ is distinct from '<') as XULN,
        bool_or(coalesce(case
            when $definition = 'howard' and b.LAST is not null
                then not r.BEFORE and r.VALUE - b.LAST[1] >= 26.5 * (1 - 1e-9)
            else r.VALUE >= 1.5 * r.ULN * if($definition = 'howard', 1 + 1e-9, 1 - 1e-9)
        end, false) and r.AVALQ is distinct from '<') filter (where r.WITHIN) as MET,
        bool_or(r.VALUE is null or (r.MAYBE and r.VALUE >= 1.5 * r.ULN)
            or (r.ULN is null and not ($definition = 'howard' and b.LAST is not null))) as UNREAD
    from result as r
    left join baseline as b on b.USUBJID = r.USUBJID and b.PARAMCD = r.PARAMCD
    where (r.WITHIN or r.MAYBE) and r.PARAMCD = 'CREAT'
    group by r.USUBJID
),
event as (
    select
        c.USUBJID, c.CRSSDT, a.AEDECOD, a.ATOXGR, a.RELFL, a.DLTFL, a.ASTDT,
        lower(coalesce(a.AEDECOD, a.AETERM)) as TERM,
        coalesce(case a.ASTDTF when 'D' then cast(date_trunc('month', a.ASTDT) as date)
            when 'M' then make_date(year(a.ASTDT), 1, 1) else a.ASTDT end, date '0001-01-01') as FIRSTDT,
        least(coalesce(case a.ASTDTF when 'D' then last_day(a.ASTDT) when 'M' then make_date(year(a.ASTDT), 12, 31)
            else a.ASTDT end, date '9999-12-31'), coalesce(a.AENDT, date '9999-12-31')) as LASTDT,
        -- by all the days on which it may have begun: none before the days that are meant, none after it ended
        case when FIRSTDT >= c.CRSSDT - 3 and LASTDT <= c.CRSSDT + 7 then 'Y'
            when LASTDT < c.CRSSDT - 3 or FIRSTDT > c.CRSSDT + 7 then 'N'
            else 'U' end as WITHIN
    from course as c
    join adae as a on a.USUBJID = c.USUBJID
),
-- each term and drug once: a pattern that is a column is slow
word as (
    select distinct t.TERM, w.KIND
    from (select distinct TERM from event where WITHIN <> 'N') as t
    join trial.tumour_lysis_word as w on w.KIND in ('ARRHYTHMIA', 'SEIZURE') and regexp_matches(t.TERM, w.PATTERN)
),
symptoms as (
    select
        e.USUBJID, string_agg(distinct e.AEDECOD, '; ' order by e.AEDECOD) filter (where e.WITHIN = 'Y') as SYMPTOMS,
        string_agg(distinct e.AEDECOD, '; ' order by e.AEDECOD) filter (where e.WITHIN = 'U') as UNDATED
    from event as e
    join word as w on w.TERM = e.TERM
    where e.WITHIN <> 'N' and (w.KIND = 'ARRHYTHMIA' or e.RELFL is distinct from 'Y')
    group by e.USUBJID
),
drug as (
    select t.NAMES
    from (select distinct lower(concat_ws(' ', CMDECOD, CMTRT)) as NAMES from source.cm) as t
    join trial.tumour_lysis_word as w on w.KIND = 'RASBURICASE' and regexp_matches(t.NAMES, w.PATTERN)
),
-- adverse events of that name, from three days before the course to day 14
named as (
    select
        USUBJID, max(ATOXGR) as AEGRADE, count(*) as NAE, cast(min(ASTDT - CRSSDT) as integer) as AEAFTER,
        if(bool_or(DLTFL = 'Y'), 'Y', null) as DLTFL
    from event
    where regexp_matches(TERM, 'tumou?r lysis') and LASTDT >= CRSSDT - 3 and FIRSTDT <= CRSSDT + 13
    group by USUBJID
),
oxidase as (
    select distinct c.USUBJID
    from course as c
    join source.cm as m on m.USUBJID = c.USUBJID and upper(left(coalesce(m.CMOCCUR, 'Y'), 1)) <> 'N'
        and lower(concat_ws(' ', m.CMDECOD, m.CMTRT)) in (select NAMES from drug)
    where coalesce(m.CMSTDT <= c.CRSSDT + 7, true) and coalesce(m.CMENDTL >= c.CRSSDT - 3, true)
),
decided as (
    select
        c.*, n.* exclude (USUBJID), y.SYMPTOMS, y.UNDATED, e.AEGRADE, e.AEAFTER, e.DLTFL, coalesce(e.NAE, 0) as NAE,
        k.XULN as CREATXULN, if(o.USUBJID is null, 'N', 'Y') as RASFL,
        case
            when $definition = 'howard' and t.USUBJID is not null then 'Y'
            when $definition <> 'howard' and n.NMET >= 2 then 'Y'
            when c.CUTDT < c.CRSSDT + 7 then 'OPEN'
            when n.NOPEN = 0 or n.NMET + n.NOPEN < 2 then 'N'
            else 'U'
        end as LABCD,
        case
            when coalesce(k.MET, false) or y.SYMPTOMS is not null then 'Y'
            when coalesce(k.NAFTER, 0) = 0 or k.UNREAD or y.UNDATED is not null
                or not exists (select 1 from ingest.dataset where lower(DATASET) = 'ae') then 'U'
            else 'N'
        end as CLINCD, if(coalesce(k.MET, false), 'Y', 'N') as CREATFL
    from course as c
    join counted as n on n.USUBJID = c.USUBJID
    left join together as t on t.USUBJID = c.USUBJID
    left join creatinine as k on k.USUBJID = c.USUBJID
    left join symptoms as y on y.USUBJID = c.USUBJID
    left join named as e on e.USUBJID = c.USUBJID
    left join oxidase as o on o.USUBJID = c.USUBJID
)
select
    USUBJID, SUBJID, TRTA, TRTAN, DISEASE, CRSSDT, LABCD, CLINCD,
    case
        when LABCD = 'Y' and CLINCD = 'Y' then 'CLINICAL'
        when LABCD = 'Y' and CLINCD = 'U' then 'LABORATORY OPEN'
        when LABCD = 'Y' then 'LABORATORY'
        when LABCD = 'U' then 'UNKNOWN'
        when LABCD = 'OPEN' then 'OPEN'
        else 'NONE'
    end as TLSCD,
    METVALUE, METCHANGE, MISSING, CREATFL, CREATXULN, SYMPTOMS, UNDATED, RASFL, cast(NAE as integer) as NAE, AEGRADE,
    AEAFTER + if(AEAFTER >= 0, 1, 0) as AEDY, DLTFL
from decided
order by list_position(['CLINICAL', 'LABORATORY OPEN', 'LABORATORY', 'UNKNOWN', 'OPEN', 'NONE'], TLSCD),
    METVALUE is null, NMET desc, USUBJID

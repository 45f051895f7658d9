-- Question: when did neutrophils and platelets recover after each course, and what came before they could?
-- Grain: one treated subject, course and limit (10^9/L) of neutrophils (ANC) or platelets (PLAT).
-- Reads: adex, adrs, adsl, aplasia, deathday, departure, labrole, latertherapy, transfusion, trial.count_limit
-- Reads: trial.settings
-- A count belongs to a course from the day after its first infusion to the day of the next one, before that dose, or of
-- what comes between: counts after a relapse or another therapy are neither its nadir nor a fall after recovery. It is
-- LOW (below the limit), OK, SUPPORTED (platelets not below it in the days after a transfusion) or UNREAD (no number, a
-- unit or a limit that does not tell, two results that contradict each other); of a day the last that can be read. One
-- without a whole date belongs to no course.
-- RISKCD: AT RISK, a count of the course was below the limit; NEVER LOW; UNKNOWN, none was, and one is supported or
-- cannot be read; NO COUNTS.
-- Recovered (RECOVERED): the first day after the nadir (the lowest count, its first day) that begins RECVALS counts on
-- different days that are OK, or one after which none of the course is otherwise. EVNTCD of who is at risk is what came
-- first, a recovery before all else of its day: DEATH, NOT CLEARED (leukaemia persists: a response PR or NR, or marrow
-- blasts of 5 % or more, and no remission or marrow below 5 % later in the course, before another therapy), RELAPSE (a
-- response relapse or PD), NEXT COURSE, OTHER THERAPY (a transplant or another one); CENSORED, at the last count of the
-- course, where none did or the subject left the study before.
-- AVAL: the day of the course on which it did, day 1 the first infusion of the course.
-- APLCD of course 1: what became of counts that had not recovered by the end of the DLT window (as in aplasia).
with course as (
    select
        x.USUBJID, cast(x.COURSE as integer) as COURSE, min(x.ASTDT) as CRSSDT, s.CUTDT,
        lead(min(x.ASTDT)) over (partition by x.USUBJID order by x.COURSE) as NEXTDT
    from adex as x
    join adsl as s on s.USUBJID = x.USUBJID and s.TRTSDT is not null
    where x.COURSE is not null and x.ASTDT is not null
    group by x.USUBJID, x.COURSE, s.CUTDT
),
asked as (
    select c.*, if(l.ROLE = 'ANC', 'ANC', 'PLAT') as PARAMCD, l.ROLE, l.LIMITVAL
    from course as c
    cross join trial.count_limit as l
),
-- marrow that is free of leukaemia again without another therapy
cleared as (
    select r.USUBJID, r.ADT
    from adrs as r
    left join latertherapy as o on o.USUBJID = r.USUBJID
    where ((r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC in ('CR', 'CRh', 'CRi', 'MLFS'))
            or (r.PARAMCD = 'BLASTBM' and r.AVAL < 5))
      and coalesce(r.ADT < o.OTHERDT, true)
),
-- what comes between, and where follow-up ends; a course's counts are read up to the first of it
other as (
    -- a partial date of death stands for its first day after the last contact
    select a.USUBJID, a.COURSE, a.PARAMCD, a.LIMITVAL, d.DTHFDT as ADT, 2 as RANK, 'DEATH' as EVNTCD
    from asked as a
    join deathday as d on d.USUBJID = a.USUBJID and d.DTHDT is not null
    where d.DTHFDT >= a.CRSSDT and coalesce(d.DTHFDT <= a.NEXTDT, true)
    union all
    -- blasts and a relapse of one day are the relapse
    select
        a.USUBJID, a.COURSE, a.PARAMCD, a.LIMITVAL, r.ADT,
        if(r.PARAMCD = 'OVRLRESP' and r.AVALC in ('PD', 'RELAPSE'), 3, 4),
        if(r.PARAMCD = 'OVRLRESP' and r.AVALC in ('PD', 'RELAPSE'), 'RELAPSE', 'NOT CLEARED')
    from asked as a
    join adrs as r on r.USUBJID = a.USUBJID and r.ADT > a.CRSSDT and r.ADT <= coalesce(a.NEXTDT, a.CUTDT)
    where (r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC in ('PD', 'RELAPSE'))
       or (((r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC in ('PR', 'NR'))
               or (r.PARAMCD = 'BLASTBM' and r.AVAL >= 5))
           and not exists (
               select 1 from cleared as f
               where f.USUBJID = a.USUBJID and f.ADT > r.ADT and f.ADT <= coalesce(a.NEXTDT, a.CUTDT)
           ))
    union all
    select a.USUBJID, a.COURSE, a.PARAMCD, a.LIMITVAL, o.OTHERDT, 5, 'OTHER THERAPY'
    from asked as a
    join latertherapy as o on o.USUBJID = a.USUBJID
    where o.OTHERDT > a.CRSSDT and coalesce(o.OTHERDT <= a.NEXTDT, true)
    union all
    select USUBJID, COURSE, PARAMCD, LIMITVAL, NEXTDT, 6, 'NEXT COURSE' from asked where NEXTDT is not null
    union all
    select a.USUBJID, a.COURSE, a.PARAMCD, a.LIMITVAL, l.LEFTDT, 7, 'CENSORED'
    from asked as a
    join departure as l on l.USUBJID = a.USUBJID
    where l.LEFTDT >= a.CRSSDT
),
span as (
    select a.*, e.ENDDT
    from asked as a
    left join (
        select USUBJID, COURSE, PARAMCD, LIMITVAL, min(ADT) as ENDDT from other group by all
    ) as e using (USUBJID, COURSE, PARAMCD, LIMITVAL)
),
reading as (
    select
        a.USUBJID, a.COURSE, a.PARAMCD, a.ROLE, a.LIMITVAL, r.ADT, coalesce(r.LBSEQ, 0) as SEQ, r.AVAL,
        case
            when (r.AVAL < a.LIMITVAL and coalesce(r.AVALQ, '') <> '>') or (r.AVAL <= a.LIMITVAL and r.AVALQ = '<')
                then 'LOW'
            when r.AVAL >= a.LIMITVAL and coalesce(r.AVALQ, '') <> '<' then 'OK'
        end as SAYS,
        case
            when r.OTHERAVAL is null then SAYS
            when (r.OTHERAVAL < a.LIMITVAL and coalesce(r.OTHERAVALQ, '') <> '>')
                or (r.OTHERAVAL <= a.LIMITVAL and r.OTHERAVALQ = '<') then 'LOW'
            when r.OTHERAVAL >= a.LIMITVAL and coalesce(r.OTHERAVALQ, '') <> '<' then 'OK'
        end as OTHERSAYS,
        if(SAYS is null or SAYS is distinct from OTHERSAYS, 'UNREAD', SAYS) as STATE
    from span as a
    join labrole as r on r.USUBJID = a.USUBJID and r.ROLE = a.ROLE
    where r.ADTF is null and r.ADT > a.CRSSDT and r.ADT <= least(coalesce(a.NEXTDT, a.CUTDT), a.CUTDT)
      and coalesce(r.ADT <= a.ENDDT, true)
),
daily as (
    select
        USUBJID, COURSE, PARAMCD, ROLE, LIMITVAL, ADT, arg_max(AVAL, row(STATE <> 'UNREAD', SEQ)) as AVAL,
        arg_max(STATE, row(STATE <> 'UNREAD', SEQ)) as DAYSTATE
    from reading
    group by all
),
given as (
    select x.USUBJID, x.STDT, x.ENDT + cast(s.SUPPDAYS as integer) as LASTDT
    from transfusion as x
    cross join trial.settings as s
    where x.GIVENFL = 'Y' and x.KIND <> 'OTHER'
),
blood as (
    select
        d.* exclude (DAYSTATE),
        case
            when d.DAYSTATE = 'OK' and d.ROLE = 'PLATELETS' and exists (
                select 1 from given as g where g.USUBJID = d.USUBJID and d.ADT between g.STDT and g.LASTDT
            ) then 'SUPPORTED'
            else d.DAYSTATE
        end as STATE
    from daily as d
),
risk as (
    select
        USUBJID, COURSE, PARAMCD, LIMITVAL, bool_or(STATE = 'LOW') as WASLOW, bool_and(STATE = 'OK') as ALLOK,
        min(row(AVAL, ADT)) filter (where STATE <> 'UNREAD') as LOWEST, max(ADT) as LASTDT,
        count(*) filter (where STATE = 'UNREAD') as NUNREAD, count(*) filter (where STATE = 'SUPPORTED') as NSUPP
    from blood
    group by all
),
following as (
    select
        b.*, s.RECVALS,
        list(b.STATE) over (partition by b.USUBJID, b.COURSE, b.PARAMCD, b.LIMITVAL order by b.ADT
            rows between current row and unbounded following) as NEXTSTATE
    from blood as b
    join risk as k using (USUBJID, COURSE, PARAMCD, LIMITVAL)
    cross join trial.settings as s
    where k.WASLOW and b.ADT > k.LOWEST[2]
),
event as (
    select USUBJID, COURSE, PARAMCD, LIMITVAL, min(ADT) as ADT, 1 as RANK, 'RECOVERED' as EVNTCD
    from following
    where STATE = 'OK' and (list_distinct(NEXTSTATE) = ['OK']
        or (len(NEXTSTATE) >= RECVALS and list_distinct(NEXTSTATE[1:cast(RECVALS as integer)]) = ['OK']))
    group by all
    union all
    select * from other
),
-- counts of the subject that belong to no course, since their date is not whole
undated as (
    select USUBJID, ROLE, count(*) as NUNDATED
    from labrole
    where ROLE in ('ANC', 'PLATELETS') and (ADT is null or ADTF is not null)
    group by USUBJID, ROLE
),
first_event as (
    select USUBJID, COURSE, PARAMCD, LIMITVAL, arg_min(EVNTCD, row(ADT, RANK)) as EVNTCD, min(ADT) as ADT
    from event
    group by all
)
select
    a.USUBJID, a.COURSE, a.CRSSDT, a.PARAMCD, a.LIMITVAL,
    case when k.USUBJID is null then 'NO COUNTS' when k.WASLOW then 'AT RISK' when k.ALLOK then 'NEVER LOW'
        else 'UNKNOWN' end as RISKCD,
    if(k.WASLOW, k.LOWEST[1], null) as NADIR, if(k.WASLOW, k.LOWEST[2], null) as NADIRDT,
    case when k.WASLOW then coalesce(e.EVNTCD, 'CENSORED') end as EVNTCD,
    -- who left the study was seen to the last count before
    case when k.WASLOW then if(coalesce(e.EVNTCD, 'CENSORED') = 'CENSORED', k.LASTDT, e.ADT) end as ADT,
    cast(case when k.WASLOW then
        if(coalesce(e.EVNTCD, 'CENSORED') = 'CENSORED', k.LASTDT, e.ADT) - a.CRSSDT + 1 end as integer) as AVAL,
    cast(coalesce(k.NUNREAD, 0) as integer) as NUNREAD, cast(coalesce(k.NSUPP, 0) as integer) as NSUPP,
    cast(coalesce(u.NUNDATED, 0) as integer) as NUNDATED,
    case when a.COURSE = 1 then p.APLCD end as APLCD
from asked as a
left join risk as k using (USUBJID, COURSE, PARAMCD, LIMITVAL)
left join first_event as e using (USUBJID, COURSE, PARAMCD, LIMITVAL)
left join undated as u on u.USUBJID = a.USUBJID and u.ROLE = a.ROLE
left join aplasia as p on p.USUBJID = a.USUBJID
order by a.USUBJID, a.COURSE, a.PARAMCD, a.LIMITVAL

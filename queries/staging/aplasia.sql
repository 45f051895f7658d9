-- Question: whose counts had not recovered by the end of the DLT window, and what became of it?
-- Grain: one treated subject whose neutrophils or platelets had not recovered by then, or are not known to have.
-- Reads: adae, adex, adrs, adsl, deathcause, deathday, departure, labrole, latertherapy, transfusion
-- Reads: trial.late_term, trial.settings
-- Kept: no
-- Asked only of a definition with a late criterion, once the window is over, and not where the leukaemia is the reason
-- or an aplasia was adjudicated not a DLT. A count says of its day LOW (below the limit), OK, SUPPORTED (platelets not
-- below it in the days after a transfusion, no proof of recovery) or UNREAD (no number, a unit or a limit that does not
-- tell, two results that contradict each other, a low count whose date is partial: on the last day that it allows, and
-- without a date on the last day of the window).
-- At risk from the last low count in the window on, or from its last count where that is supported or unread. Recovered
-- (RECDT): the first day after that begins RECVALS consecutive counts that are OK, or one after which none is otherwise
-- up to the late day; neutrophils and platelets each, and both is the later of the two.
-- APLCD: APLASIA, awaited to the late day; LATE APLASIA, not recovered by then, awaiting adjudication; UNREAD COUNT, no
-- count was low, and the last one in the window cannot be read or dated; NOT OBSERVED, observation ended before
-- (ENDDT: the last
-- day on which recovery could be seen); DEATH, it ended by a death of no cause that settles it; null, recovered by the
-- late day. LOWDT: the last day at risk in the window. COUNTDT: the last count, where none is of the late day or after;
-- NEXTDT: the next course, where it began by then.
with treated as (
    select
        a.USUBJID, a.TRTSDT, a.CUTDT, a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, s.APLANC, s.APLPLAT,
        a.TRTSDT + cast(s.LATEDAY - 1 as integer) as LATEENDT, cast(s.SUPPDAYS as integer) as SUPPDAYS,
        cast(s.RECVALS as integer) as RECVALS
    from adsl as a
    cross join trial.settings as s
    where a.TRTSDT is not null and s.LATEDAY > 0
),
later_course as (
    select USUBJID, min(ASTDT) as COURSE2DT from adex where COURSE = 2 group by USUBJID
),
-- a standardised and an original result that say different things of the limit cannot be read
reading as (
    select
        t.*, r.ROLE, r.LBSEQ, r.ADT, r.ADTF, r.ADTL,
        case r.ROLE when 'ANC' then t.APLANC else t.APLPLAT end as LIMITVAL,
        case
            when (r.AVAL < LIMITVAL and coalesce(r.AVALQ, '') <> '>') or (r.AVAL <= LIMITVAL and r.AVALQ = '<')
                then 'LOW'
            when r.AVAL >= LIMITVAL and coalesce(r.AVALQ, '') <> '<' then 'OK'
        end as SAYS,
        case
            when r.OTHERAVAL is null then SAYS
            when (r.OTHERAVAL < LIMITVAL and coalesce(r.OTHERAVALQ, '') <> '>')
                or (r.OTHERAVAL <= LIMITVAL and r.OTHERAVALQ = '<') then 'LOW'
            when r.OTHERAVAL >= LIMITVAL and coalesce(r.OTHERAVALQ, '') <> '<' then 'OK'
        end as OTHERSAYS
    from treated as t
    join labrole as r on r.USUBJID = t.USUBJID and r.ROLE in ('ANC', 'PLATELETS')
),
value as (
    select
        * exclude (ADT, ADTF, ADTL, SAYS, OTHERSAYS),
        case when ADT is null then WINENDT when ADTF is null then ADT when ADT <= WINENDT then least(ADTL, WINENDT)
            else least(ADTL, CUTDT) end as COUNTDT,
        case
            -- without a date a low count may be the last one in the window; another says nothing
            when ADT is null then case when 'LOW' in (SAYS, OTHERSAYS) then 'UNREAD' end
            when SAYS is null or SAYS is distinct from OTHERSAYS then 'UNREAD'
            when ADTF is null then SAYS
            -- a partial date: not low proves nothing
            when SAYS = 'LOW' then 'UNREAD'
        end as STATE
    from reading
),
blood as (
    -- the last count of a day that can be read; counts of the first infusion's day or earlier are the leukaemia's,
    -- those after the next course has begun are that course's
    select
        v.USUBJID, v.ROLE, v.COUNTDT as ADT, v.WINENDT, v.LATEENDT, v.RECVALS,
        case
            when DAYSTATE = 'OK' and v.ROLE = 'PLATELETS' and exists (
                select 1 from transfusion as x
                where x.USUBJID = v.USUBJID and x.GIVENFL = 'Y' and x.KIND <> 'OTHER'
                  and v.COUNTDT between x.STDT and x.ENDT + v.SUPPDAYS
            ) then 'SUPPORTED'
            else DAYSTATE
        end as STATE
    from (
        select
            USUBJID, ROLE, COUNTDT, TRTSDT, CUTDT, WINENDT, LATEENDT, RECVALS, SUPPDAYS,
            arg_max(STATE, row(STATE <> 'UNREAD', coalesce(LBSEQ, 0))) as DAYSTATE
        from value
        where STATE is not null
        group by all
    ) as v
    left join later_course as n on n.USUBJID = v.USUBJID
    where v.COUNTDT > v.TRTSDT and v.COUNTDT <= least(coalesce(n.COURSE2DT, v.CUTDT), v.CUTDT)
),
at_risk as (
    select
        USUBJID, ROLE, arg_max(STATE, ADT) as LASTSTATE,
        bool_or(STATE = 'LOW') or LASTSTATE = 'SUPPORTED' as ISLOW,
        greatest(max(ADT) filter (where STATE = 'LOW'), case when LASTSTATE <> 'OK' then max(ADT) end) as RISKDT
    from blood
    where ADT <= WINENDT
    group by USUBJID, ROLE
    having ISLOW or LASTSTATE = 'UNREAD'
),
-- how many counts in a row are OK from each on, and whether one is not up to the late day
following as (
    select
        k.USUBJID, k.ROLE, b.ADT, b.STATE, b.RECVALS,
        list(b.STATE) over (
            partition by b.USUBJID, b.ROLE order by b.ADT rows between current row and unbounded following
        ) as NEXTSTATE,
        bool_and(b.STATE = 'OK' or b.ADT > b.LATEENDT) over (
            partition by b.USUBJID, b.ROLE order by b.ADT rows between current row and unbounded following) as STAYED
    from at_risk as k
    join blood as b on b.USUBJID = k.USUBJID and b.ROLE = k.ROLE and b.ADT > k.RISKDT
),
recovered as (
    select USUBJID, ROLE, min(ADT) as RECDT
    from following
    where STATE = 'OK' and (STAYED or (len(NEXTSTATE) >= RECVALS
        and list_distinct(NEXTSTATE[1:RECVALS]) = ['OK']))
    group by USUBJID, ROLE
),
-- an aplasia that lasted to the late day, or began after the window, was adjudicated not a DLT; one of platelets alone
-- says nothing of neutrophils, nor the other way round
judged_not as (
    select distinct a.USUBJID, r.ROLE
    from adae as a
    join treated as t on t.USUBJID = a.USUBJID
    join (values ('ANC'), ('PLATELETS')) as r(ROLE)
        on case when regexp_matches(lower(a.AEDECOD), 'thrombocyt|platelet') then r.ROLE = 'PLATELETS'
            when regexp_matches(lower(a.AEDECOD), 'neutrop') then r.ROLE = 'ANC' else true end
    where a.DLTFL = 'N' and a.TRTEMFL = 'Y'
      and (lower(a.AEDECOD) in (select TERM from trial.late_term)
          or lower(a.AETERM) in (select TERM from trial.late_term))
      and (a.ASTDT > t.WINENDT or a.AENDT >= t.LATEENDT or (a.AENDT is null and t.CUTDT > t.LATEENDT))
),
low_count as (
    select
        k.USUBJID, max(k.RISKDT) as LOWDT, bool_or(k.ISLOW and coalesce(r.RECDT > t.LATEENDT, true)) as ISLOW,
        case when count(r.RECDT) = count(*) then max(r.RECDT) end as RECDT
    from at_risk as k
    join treated as t on t.USUBJID = k.USUBJID
    left join recovered as r on r.USUBJID = k.USUBJID and r.ROLE = k.ROLE
    -- recovered by the end of the window
    where (r.RECDT is null or r.RECDT > t.WINENDT)
      and (k.USUBJID, k.ROLE) not in (select (USUBJID, ROLE) from judged_not)
    group by k.USUBJID
),
-- an aplasia beyond the late day is seen by the first count from that day on
late_count as (
    select b.USUBJID, min(b.ADT) as LATEDT
    from blood as b
    join treated as t on t.USUBJID = b.USUBJID
    where b.ADT >= t.LATEENDT
    group by b.USUBJID
),
last_count as (
    select b.USUBJID, max(b.ADT) as COUNTDT
    from blood as b
    join at_risk as k on k.USUBJID = b.USUBJID and k.ROLE = b.ROLE
    group by b.USUBJID
),
-- leukaemia as the reason: by the latest response, marrow or blasts in blood up to that count
finding as (
    select
        r.USUBJID, r.ADT,
        case r.PARAMCD when 'OVRLRESP' then r.AVALC in ('PR', 'NR', 'PD', 'RELAPSE') when 'BLASTBM' then r.AVAL >= 5
            else r.AVAL > 0 end as ISLEUK,
        case r.PARAMCD when 'OVRLRESP' then 1 when 'BLASTBM' then 2 else 3 end as RANK
    from adrs as r
    join treated as t on t.USUBJID = r.USUBJID
    left join late_count as n on n.USUBJID = r.USUBJID
    where r.ADT > t.TRTSDT and r.ADT <= coalesce(n.LATEDT, t.CUTDT)
      and ((r.PARAMCD = 'OVRLRESP' and r.ANL01FL = 'Y' and r.AVALC <> 'NE')
          or (r.PARAMCD = 'BLASTBM' and r.AVAL is not null) or (r.PARAMCD = 'BLASTPB' and r.AVAL is not null))
    -- blood free of blasts takes back earlier blasts in blood, and nothing of marrow or response
    qualify r.PARAMCD <> 'BLASTPB'
        or (r.AVAL > 0 and r.ADT = max(r.ADT) over (partition by r.USUBJID, r.PARAMCD))
),
leukaemia as (
    select USUBJID, arg_max(ISLEUK, row(ADT, RANK)) as ISLEUK from finding group by USUBJID
)
select
    t.USUBJID, k.LOWDT, k.RECDT,
    -- the last day on which recovery could be seen
    least(d.DTHDTL, l.LEFTDT, o.OTHERDTL) as ENDDT,
    case when c.COUNTDT < t.LATEENDT then c.COUNTDT end as COUNTDT,
    case when n.COURSE2DT <= t.LATEENDT then n.COURSE2DT end as NEXTDT,
    case
        when k.RECDT <= t.LATEENDT then null
        when not k.ISLOW then 'UNREAD COUNT'
        when ENDDT < t.LATEENDT and coalesce(y.CAUSECD not in ('DISEASE', 'OTHER'), true)
            and coalesce(d.DTHDTL <= least(l.LEFTDT, o.OTHERDTL), d.DTHDTL is not null) then 'DEATH'
        when ENDDT < t.LATEENDT then 'NOT OBSERVED'
        when t.CUTDT <= t.LATEENDT then 'APLASIA'
        else 'LATE APLASIA'
    end as APLCD
from low_count as k
join treated as t on t.USUBJID = k.USUBJID
left join leukaemia as m on m.USUBJID = k.USUBJID
left join last_count as c on c.USUBJID = k.USUBJID
left join later_course as n on n.USUBJID = k.USUBJID
left join deathday as d on d.USUBJID = k.USUBJID
left join deathcause as y on y.USUBJID = k.USUBJID
left join departure as l on l.USUBJID = k.USUBJID
left join latertherapy as o on o.USUBJID = k.USUBJID
where t.WINENDT <= t.CUTDT and not coalesce(m.ISLEUK, false)

-- Question: who meets Hy's law after the first infusion, in whom can it not be told, and how near to it is each?
-- Grain: one treated subject that the filters leave.
-- A result reaches a limit (Y), does not (N), or that cannot be told (U): no number, no upper limit of normal (ULN), or
-- only a limit that does not tell. Results of blood alone; those before the first infusion count for BEFOREFL alone.
-- HYCD: CANDIDATE, ALT or AST of 3 x ULN or more and bilirubin of 2 x ULN or more on its day or in the $days days
-- after it, with alkaline phosphatase (ALP) below 2 x ULN at the first such rise; ALP RAISED and ALP MISSING, the same
-- with cholestasis not excluded. NO LIVER, NO BILI: none of ALT and AST, or no bilirubin, after the first infusion.
-- NO ULN, UNREAD, DATE: results without ULN, without a readable number or an exact date could meet it. BILI AFTER: no
-- bilirubin in the days after a rise. NONE: not met.
-- ELEVDY, BILIDY: the first rise that bilirubin followed in time, and the day of that bilirubin.
-- RELFL: ALT or AST of 3 x baseline or more, and bilirubin of 2 x baseline or more in time, each above its ULN as far
-- as that is known. PEAKLIV, PEAKBILI: the highest as multiples of ULN; RELLIV, RELBILI: of baseline.
-- ALP: x ULN, of the day of the rise or the nearest within 2 days. RRATIO: ALT over ALP, each x ULN, at the first ALT
-- of 3 x ULN or more, with ALP as near. BASELIV, BASEBILI: the higher baseline of ALT and AST, and of bilirubin, x ULN.
-- NEARNESS: the lesser of PEAKLIV / 3 and PEAKBILI / 2; 1 is in the quadrant of Hy's law by the peaks alone.
with treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE from selected where SAFFL = 'Y'
),
result as (
    select
        l.USUBJID, l.PARAMCD, if(l.PARAMCD in ('ALT', 'AST'), 'LIVER', l.PARAMCD) as KIND, l.ADT, l.ADY, l.POSTFL,
        l.ABLFL, l.AVALQ, if(l.AVAL >= 0, l.AVAL, null) as VALUE, if(l.ANRHI > 0, l.ANRHI, null) as ULN,
        if(l.BASE > 0, l.BASE, null) as BASE, VALUE / ULN as XULN,
        if(l.PARAMCD in ('ALT', 'AST'), 3, 2) as TIMES,
        l.ADT is not null and l.ADTF is null and l.POSTFL is not null as DATED,
        case
            when XULN is null then 'U'
            -- the noise of 3 x 1.1 never moves a value over its limit
            when VALUE >= TIMES * ULN * (1 - 1e-9) then case when l.AVALQ = '<' and XULN > TIMES then 'U'
                when l.AVALQ = '<' then 'N' else 'Y' end
            when l.AVALQ = '>' then 'U'
            else 'N'
        end as STATE,
        case when VALUE is null then 'UNREAD' when ULN is null then 'NO ULN' when STATE = 'U' then 'UNREAD'
            when not DATED then 'DATE' end as WHYCD,
        coalesce(VALUE >= TIMES * l.BASE * (1 - 1e-9) and l.BASE > 0 and coalesce(VALUE > ULN, true)
            and l.AVALQ is distinct from '<', false) as RELATIVE
    from adlb as l
    join treated as t on t.USUBJID = l.USUBJID
    where l.PARAMCD in ('ALT', 'AST', 'BILI', 'ALP')
      and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
),
later as (
    select * from result where POSTFL is distinct from 'N'
),
-- a rise of a transaminase and a bilirubin that may follow it in time
rise as (
    select * from result where KIND = 'LIVER' and (STATE <> 'N' or RELATIVE)
),
yellow as (
    select * from result where KIND = 'BILI' and (STATE <> 'N' or RELATIVE)
),
pair as (
    select
        r.USUBJID, r.ADT as ELEVDT, r.ADY as ELEVDY, b.ADY as BILIDY,
        coalesce(r.POSTFL = 'N' and b.POSTFL = 'N', false) as BEFORE, r.DATED and b.DATED as ORDERED,
        r.STATE = 'Y' and b.STATE = 'Y' as MET, r.STATE <> 'N' and b.STATE <> 'N' as MAYBE,
        r.RELATIVE and b.RELATIVE as RELATIVE,
        case when 'NO ULN' in (r.WHYCD, b.WHYCD) then 1 when 'UNREAD' in (r.WHYCD, b.WHYCD) then 2 else 3 end as WHY
    from rise as r
    join yellow as b on b.USUBJID = r.USUBJID
        and (not r.DATED or not b.DATED or b.ADT between r.ADT and r.ADT + cast($days as integer))
    where r.POSTFL is not distinct from b.POSTFL or 'N' not in (coalesce(r.POSTFL, ''), coalesce(b.POSTFL, ''))
),
found as (
    select
        USUBJID, bool_or(BEFORE and MET and ORDERED) as BEFORE,
        min(row(ELEVDT, ELEVDY, BILIDY)) filter (where MET and ORDERED and not BEFORE) as FIRST,
        bool_or(RELATIVE and ORDERED and not BEFORE) as RELATIVE,
        min(WHY) filter (where MAYBE and not BEFORE) as WHY
    from pair
    group by USUBJID
),
-- a rise in whose days after no bilirubin was measured
unfollowed as (
    select distinct r.USUBJID
    from rise as r
    where r.STATE = 'Y' and r.DATED and r.POSTFL = 'Y' and not exists (
        select 1 from later as b
        where b.USUBJID = r.USUBJID and b.KIND = 'BILI' and b.ADT between r.ADT and r.ADT + cast($days as integer)
    )
),
peak as (
    select
        USUBJID, count(*) filter (where KIND = 'LIVER') as NLIVER, count(*) filter (where KIND = 'BILI') as NBILI,
        max(row(XULN, -ADY, PARAMCD)) filter (where KIND = 'LIVER' and XULN is not null and STATE <> 'U') as LIVER,
        max(row(XULN, -ADY)) filter (where KIND = 'BILI' and XULN is not null and STATE <> 'U') as BILI,
        max(VALUE / BASE) filter (where KIND = 'LIVER') as RELLIV,
        max(VALUE / BASE) filter (where KIND = 'BILI') as RELBILI
    from later
    group by USUBJID
),
baseline as (
    select
        USUBJID, max(XULN) filter (where KIND = 'LIVER') as BASELIV,
        max(XULN) filter (where KIND = 'BILI') as BASEBILI
    from result
    where ABLFL = 'Y'
    group by USUBJID
),
-- the first rise of ALT itself, for the R ratio, and the first one that bilirubin followed, for Hy's law
moment as (
    select USUBJID, 'R' as ASKED, min(ADT) as ATDT, arg_min(XULN, row(ADT, -XULN)) as XALT
    from rise
    where PARAMCD = 'ALT' and STATE = 'Y' and DATED and POSTFL = 'Y'
    group by USUBJID
    union all
    select USUBJID, 'HY', FIRST[1], null from found where FIRST is not null
),
phosphatase as (
    select
        m.USUBJID, m.ASKED, m.XALT, p.XULN as ALP, p.STATE as ALPSTATE
    from moment as m
    join result as p on p.USUBJID = m.USUBJID and p.PARAMCD = 'ALP' and p.DATED and p.STATE <> 'U'
        and abs(p.ADT - m.ATDT) <= 2
    qualify row_number() over (partition by m.USUBJID, m.ASKED order by abs(p.ADT - m.ATDT), p.ADT, p.XULN desc) = 1
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE,
    case
        when f.FIRST is not null then case h.ALPSTATE when 'N' then 'CANDIDATE' when 'Y' then 'ALP RAISED'
            else 'ALP MISSING' end
        when coalesce(p.NLIVER, 0) = 0 then 'NO LIVER'
        when coalesce(p.NBILI, 0) = 0 then 'NO BILI'
        when f.WHY is not null then case f.WHY when 1 then 'NO ULN' when 2 then 'UNREAD' else 'DATE' end
        when u.USUBJID is not null then 'BILI AFTER'
        else 'NONE'
    end as HYCD,
    f.FIRST[2] as ELEVDY, f.FIRST[3] as BILIDY, if(f.RELATIVE, 'Y', 'N') as RELFL, if(f.BEFORE, 'Y', 'N') as BEFOREFL,
    p.LIVER[1] as PEAKLIV, p.LIVER[3] as LIVTEST, -p.LIVER[2] as LIVDY, p.BILI[1] as PEAKBILI, -p.BILI[2] as PEAKBILIDY,
    h.ALP, r.XALT / nullif(r.ALP, 0) as RRATIO, b.BASELIV, b.BASEBILI, p.RELLIV, p.RELBILI,
    least(p.LIVER[1] / 3, p.BILI[1] / 2) as NEARNESS
from treated as t
left join found as f on f.USUBJID = t.USUBJID
left join peak as p on p.USUBJID = t.USUBJID
left join unfollowed as u on u.USUBJID = t.USUBJID
left join baseline as b on b.USUBJID = t.USUBJID
left join phosphatase as h on h.USUBJID = t.USUBJID and h.ASKED = 'HY'
left join phosphatase as r on r.USUBJID = t.USUBJID and r.ASKED = 'R'
order by HYCD not in ('CANDIDATE', 'ALP RAISED', 'ALP MISSING'), NEARNESS desc nulls last, t.USUBJID

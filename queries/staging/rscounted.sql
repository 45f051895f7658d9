-- Question: which response assessments count toward the best response, which are a remission, and does it last?
-- Grain: one response assessment that is read (rsread), of one reader.
-- Reads: adsl, departure, latertherapy, relapsetold, rsread, trial.disease_term, trial.remission
-- Reads: trial.response_word, trial.settings
-- Kept: no
-- USEDFL: dated, recognised, after the first infusion, not after death, one a day. COUNTFL: used, and not after a
-- transplant or later therapy. RSPFL: a response that the trial counts as a remission in the subject's disease.
-- REMFL: counts, is a remission, and was not lost within the days that the protocol asks for.
-- CONFIRM, where the protocol asks for confirmation: CONFIRMED, LOST (a relapse or progression within the days),
-- LOST TOLD (a disposition or adverse event tells of one in them, and no later remission was assessed), or why
-- neither is known: CONTRADICTED (PR or NR within the days), NOT READ (one within them, or undated, cannot be read),
-- RECURRED (ended after the days, before a remission confirmed it), NOT YET DUE, TRANSPLANT, NEW THERAPY, DIED, LEFT
-- STUDY, DATE UNCLEAR (a date is partial), NOT ASSESSED. Only a remission that counts confirms, the days after the
-- first as good or better, with no relapse, progression, PR or NR between.
with flagged as (
    select
        r.*, s.DISEASE, s.EOSDT, l.OTHERDT, l.OTHERDTL, l.OTHERCD, coalesce(p.LEFTDT, case when r.DTHDT is null
            then s.EOSDT end) as LEFTDT,
        case when r.LEFTOUT is null and not r.SAMEDAY then 'Y' end as USEDFL,
        case when k.AVALC is not null then 'Y' else 'N' end as RSPFL,
        case when USEDFL = 'Y' and (l.OTHERDT is null or r.ADTL <= l.OTHERDT) then 'Y' end as COUNTFL,
        case when r.LEFTOUT is not null then r.LEFTOUT
             when r.SAMEDAY and r.DIFFERS then 'CONTRADICTED'
             when r.SAMEDAY then 'REPEATED'
             when r.ADT > l.OTHERDTL then l.OTHERCD
             when r.ADTL > l.OTHERDT then 'DATE UNCLEAR' end as NOTUSED
    from rsread as r
    left join adsl as s on s.USUBJID = r.USUBJID
    left join latertherapy as l on l.USUBJID = r.USUBJID
    left join departure as p on p.USUBJID = r.USUBJID
    left join trial.remission as k on k.AVALC = r.AVALC
        and k.DISEASE = case when s.DISEASE in (select DISEASE from trial.disease_term) then s.DISEASE else '' end
),
spelled as (
    -- SPELL: how many relapses, progressions, PR or NR came before
    select
        *,
        coalesce(sum(case when USEDFL = 'Y' and AVALC in ('RELAPSE', 'PD', 'PR', 'NR') then 1 end) over (
            partition by USUBJID, READER order by ADT, RSROW rows between unbounded preceding and 1 preceding), 0)
            as SPELL
    from flagged
),
asked as (
    select f.*, cast((select CONFDAYS from trial.settings) as integer) as DAYS
    from spelled as f
    where f.COUNTFL = 'Y' and f.RSPFL = 'Y'
      and f.DISEASE in (select WORD from trial.response_word where KIND = 'CONFIRMED')
),
started as (
    -- The days count from the first as good or better since the last that was none
    select
        f.RSROW, any_value(f.USUBJID) as USUBJID, any_value(f.READER) as READER, any_value(f.DAYS) as DAYS,
        any_value(f.OTHERDT) as OTHERDT, any_value(f.OTHERCD) as OTHERCD, any_value(f.DTHDT) as DTHDT,
        any_value(f.LEFTDT) as LEFTDT, any_value(f.CUTDT) as CUTDT,
        min(e.ADT) as STARTDT, arg_min(e.ADTL, e.ADT) as STARTDTL
    from asked as f
    join asked as e
        on e.USUBJID = f.USUBJID and e.READER = f.READER and e.SPELL = f.SPELL and e.AVAL <= f.AVAL and e.ADT <= f.ADT
    group by f.RSROW
),
beside as (
    -- Each remission beside all assessments by the same reader: what is surely so, and what may be so
    select
        f.RSROW,
        bool_or(l.RECURS and l.ADT > f.STARTDTL and l.ADTL < f.STARTDT + f.DAYS) as LOST,
        bool_or(l.RECURS and l.ADTL > f.STARTDT and l.ADT < f.STARTDTL + f.DAYS) as MAYBELOST,
        bool_or(l.AGAINST and l.ADTL > f.STARTDT and l.ADT < f.STARTDTL + f.DAYS) as CONTRADICTED,
        bool_or(l.UNREAD and coalesce(l.ADTL > f.STARTDT and l.ADT < f.STARTDTL + f.DAYS, true)) as UNREAD,
        min(l.ADT) filter (where l.COUNTFL = 'Y' and l.AVALC in ('CR', 'CRh', 'CRi') and l.ADT >= f.STARTDTL + f.DAYS)
            as AGAINDT,
        min(l.ADT) filter (where (l.RECURS or l.AGAINST) and l.ADTL > f.STARTDT) as ENDDT
    from started as f
    join (
        select
            *,
            USEDFL is not null and AVALC in ('RELAPSE', 'PD') as RECURS,
            USEDFL is not null and AVALC in ('PR', 'NR') as AGAINST,
            coalesce(LEFTOUT = 'NOT RECOGNISED', false)
                or (coalesce(LEFTOUT = 'NO DATE', false) and (AVAL is null or AVALC in ('RELAPSE', 'PD'))) as UNREAD
        from flagged
    ) as l on l.USUBJID = f.USUBJID and l.READER = f.READER
    group by f.RSROW
),
told as (
    select distinct f.RSROW
    from started as f
    join relapsetold as t on t.USUBJID = f.USUBJID and t.DT > f.STARTDTL and t.DTL < f.STARTDT + f.DAYS
    where not exists (
        select 1 from flagged as a
        where a.USUBJID = f.USUBJID and a.READER = f.READER and a.USEDFL = 'Y' and a.AVALC in ('CR', 'CRh', 'CRi')
          and a.ADT >= t.DT
    )
),
confirmed as (
    select
        f.RSROW,
        case when b.LOST then 'LOST'
             when t.RSROW is not null then 'LOST TOLD'
             when b.MAYBELOST then 'DATE UNCLEAR'
             when b.CONTRADICTED then 'CONTRADICTED'
             when b.UNREAD then 'NOT READ'
             when b.AGAINDT < coalesce(b.ENDDT, b.AGAINDT + 1) then 'CONFIRMED'
             when f.OTHERDT < f.STARTDTL + f.DAYS then f.OTHERCD
             when f.DTHDT < f.STARTDTL + f.DAYS then 'DIED'
             when f.LEFTDT < f.STARTDTL + f.DAYS then 'LEFT STUDY'
             when b.ENDDT is not null then 'RECURRED'
             when f.CUTDT < f.STARTDTL + f.DAYS then 'NOT YET DUE'
             else 'NOT ASSESSED' end as CONFIRM
    from started as f
    join beside as b on b.RSROW = f.RSROW
    left join told as t on t.RSROW = f.RSROW
)
select
    f.*, c.CONFIRM,
    case when f.COUNTFL = 'Y' and f.RSPFL = 'Y' and coalesce(c.CONFIRM, '') not in ('LOST', 'LOST TOLD') then 'Y' end
        as REMFL
from flagged as f
left join confirmed as c on c.RSROW = f.RSROW

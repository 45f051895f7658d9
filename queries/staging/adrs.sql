-- Question: how did the leukaemia respond, by the investigator and by blasts and counts?
-- Grain: one result: a response assessment (OVRLRESP), a blast or MRD measurement (BLASTBM, BLASTPB, MRD),
--        or the best overall response of one treated subject (BOR).
-- Reads: adsl, labrole, latertherapy, source.rs, trial.settings, trial.test_code
-- ANL01FL: the investigator's dated assessment after the first infusion, one a day. BORFL: counts towards the best
-- response.
-- An assessment with a partial date counts as early as its text allows, but after the first infusion and not after
-- death.
with reading(TEXT, AVALC, AVAL) as (
    values ('CR', 'CR', 1), ('COMPLETE REMISSION', 'CR', 1), ('COMPLETE RESPONSE', 'CR', 1),
        ('CRH', 'CRh', 2), ('CRI', 'CRi', 3), ('CRP', 'CRi', 3), ('MLFS', 'MLFS', 4), ('PR', 'PR', 5),
        ('PARTIAL REMISSION', 'PR', 5),
        ('NR', 'NR', 6), ('SD', 'NR', 6), ('STABLE DISEASE', 'NR', 6), ('NO RESPONSE', 'NR', 6), ('PD', 'PD', 7),
        ('PROGRESSIVE DISEASE', 'PD', 7), ('RELAPSE', 'RELAPSE', 8), ('RELAPSED DISEASE', 'RELAPSE', 8),
        ('NE', 'NE', 9), ('NOT EVALUABLE', 'NE', 9)
),
course as (
    -- What happens to a treated subject besides the assessments
    select
        s.USUBJID, s.DISEASE, s.TRTSDT, s.CUTDT, s.DTHDT, s.HSCTDT, n.NEWTRTDT, s.EOSDT, s.EOTREAS, s.DCSREAS,
        n.OTHERDT, n.OTHERCD as OTHER,
        coalesce(contains(upper(s.EOTREAS), 'PROGRESS') or contains(upper(s.DCSREAS), 'PROGRESS'), false) as PROGRESSED
    from adsl as s
    left join latertherapy as n on n.USUBJID = s.USUBJID
),
assessed as (
    select
        rs.USUBJID, rs.RSSEQ, rs.RSTEST, rs.RSCAT, rs.VISIT, coalesce(r.AVALC, rs.RSSTRESC, rs.RSORRES) as AVALC,
        r.AVAL, rs.RSEVAL,
        rs.RSDT, rs.RSDTF, c.*  exclude (USUBJID),
        rs.RSDTL as LATEST,
        coalesce(contains(upper(rs.RSEVAL), 'INVESTIGATOR'), true) as INVESTIGATOR
    from source.rs as rs
    join trial.test_code as t on t.ROLE = 'RESPONSE' and t.TESTCD = upper(rs.RSTESTCD)
    left join reading as r on r.TEXT = upper(trim(coalesce(rs.RSSTRESC, rs.RSORRES)))
    left join course as c on c.USUBJID = rs.USUBJID
    where coalesce(rs.RSSTRESC, rs.RSORRES) is not null and coalesce(upper(rs.RSSTAT), '') <> 'NOT DONE'
),
dated as (
    select
        *,
        case when RSDTF is null then RSDT else least(greatest(RSDT, TRTSDT + 1), LATEST, CUTDT,
            coalesce(DTHDT, CUTDT)) end as ADT,
        case when TRTSDT is null then 'NOT TREATED'
             when not INVESTIGATOR then 'OTHER EVALUATOR'
             when RSDT is null then 'NO DATE'
             when AVAL is null then 'NOT RECOGNISED'
             when LATEST <= TRTSDT then 'BEFORE TREATMENT'
        end as LEFTOUT
    from assessed
),
ranked as (
    select
        *,
        -- Several by the investigator on one day: the one entered last
        case when LEFTOUT is null then
            row_number() over (partition by USUBJID, ADT, LEFTOUT order by RSSEQ desc nulls last) end as LASTFIRST
    from dated
),
flagged as (
    select
        * exclude (LEFTOUT),
        case when LEFTOUT is not null then LEFTOUT
             when LASTFIRST > 1 then 'REPEATED'
             when ADT > OTHERDT then OTHER end as NOTUSED,
        case when LEFTOUT is null and LASTFIRST = 1 then 'Y' end as ANL01FL,
        case when LEFTOUT is null and LASTFIRST = 1 and (OTHERDT is null or ADT <= OTHERDT) then 'Y' end as BORFL,
        case when AVALC in ('CR', 'CRi') or (AVALC = 'CRh' and DISEASE = 'AML') then 'Y' else 'N' end as RSPFL
    from ranked
),
baseline as (
    select m.USUBJID, m.ROLE, arg_max(m.AVAL, row(m.ADT, m.LBSEQ)) as BASE, max(m.ADT) as BASEDT
    from labrole as m
    join course as c on c.USUBJID = m.USUBJID
    where m.ADT <= c.TRTSDT and m.AVAL is not null
    group by m.USUBJID, m.ROLE
),
beside as (
    -- The measurement of each kind nearest to the assessment, at most a week away; of two equally near the earlier, of
    -- two on a day the later entry
    select f.USUBJID, f.RSSEQ, m.ROLE,
        arg_min(m.AVAL, row(abs(m.ADT - f.RSDT), m.ADT, -m.LBSEQ)) as AVAL,
        arg_min(m.AVALC, row(abs(m.ADT - f.RSDT), m.ADT, -m.LBSEQ)) as AVALC
    from flagged as f
    join labrole as m on m.USUBJID = f.USUBJID and abs(m.ADT - f.RSDT) <= 7 and m.AVAL is not null
    where f.RSDTF is null and m.ADTF is null
    group by f.USUBJID, f.RSSEQ, m.ROLE
),
beside_wide as (
    select USUBJID, RSSEQ,
        max(AVAL) filter (where ROLE = 'BLASTS_MARROW') as BLASTBM,
        max(AVAL) filter (where ROLE = 'BLASTS_BLOOD') as BLASTPB,
        max(AVAL) filter (where ROLE = 'ANC') as ANC,
        max(AVAL) filter (where ROLE = 'PLATELETS') as PLAT,
        max(AVALC) filter (where ROLE = 'MRD') as MRD
    from beside
    group by USUBJID, RSSEQ
),
recomputed as (
    -- Extramedullary disease is in no dataset and taken as absent; all four values must be there
    select
        f.*, b.BLASTBM, b.BLASTPB, b.ANC, b.PLAT, b.MRD, marrow.BASE as BASEBM,
        b.ANC >= 1 and b.PLAT >= 100 as RECOVERED,
        case when b.BLASTBM is null or b.BLASTPB is null or b.ANC is null or b.PLAT is null then null
             when f.DISEASE = 'AML' then
                 case when b.BLASTPB > 0 or b.BLASTBM > 25 then 'NR'
                      when b.BLASTBM < 5 then
                          case when RECOVERED then 'CR' when b.ANC >= 0.5 and b.PLAT >= 50 then 'CRh'
                               when b.ANC >= 1 or b.PLAT >= 100 then 'CRi' else 'MLFS' end
                      when not RECOVERED or b.BLASTBM > marrow.BASE / 2 then 'NR'
                      when marrow.BASE is not null then 'PR' end
             when f.DISEASE = 'ALL' then
                 case when (b.BLASTBM >= 5 and b.BLASTBM >= 1.25 * marrow.BASE)
                     or (b.BLASTPB > 0 and b.BLASTPB >= 1.25 * blood.BASE) then 'PD'
                      when b.BLASTBM < 5 and b.BLASTPB = 0 then case when RECOVERED then 'CR' else 'CRi' end
                      when marrow.BASE is null or (b.BLASTPB > 0 and blood.BASE is null) then null
                      when b.BLASTBM > 25 or not RECOVERED or b.BLASTBM > marrow.BASE / 2
                          or b.BLASTPB > blood.BASE / 2 then 'NR'
                      else 'PR' end
        end as DERRESP
    from flagged as f
    left join beside_wide as b on b.USUBJID = f.USUBJID and b.RSSEQ is not distinct from f.RSSEQ
    left join baseline as marrow on marrow.USUBJID = f.USUBJID and marrow.ROLE = 'BLASTS_MARROW'
    left join baseline as blood on blood.USUBJID = f.USUBJID and blood.ROLE = 'BLASTS_BLOOD'
),
confirmed as (
    -- In ALL a complete remission is one that lasts: an assessment at least 28 days away, no relapse between
    select
        f.USUBJID, f.RSSEQ,
        case when bool_or(l.AVALC in ('RELAPSE', 'PD') and l.ADT > f.ADT and l.ADT < f.ADT + 28)
            then 'recurrence within 4 weeks'
             when bool_or(l.AVALC <> 'NE' and l.ADT >= f.ADT + 28) then 'confirmed'
             when max(l.ADT) filter (where l.AVALC in ('RELAPSE', 'PD') and l.ADT <= f.ADT) is null
                  and bool_or(l.AVALC = 'CR' and l.ADT <= f.ADT - 28) then 'confirmed'
             else 'not yet confirmed' end as CONFIRM
    from flagged as f
    left join flagged as l on l.USUBJID = f.USUBJID and l.ANL01FL = 'Y' and l.ADT <> f.ADT
    where f.DISEASE = 'ALL' and f.AVALC = 'CR' and f.ANL01FL = 'Y'
    group by f.USUBJID, f.RSSEQ, f.ADT
),
best as (
    select
        f.USUBJID,
        -- A relapse without a recorded remission is progression
        min(case when AVALC = 'RELAPSE' then 7 when AVALC <> 'NE' then AVAL end) filter (where BORFL = 'Y') as RANKED,
        count(*) filter (where BORFL = 'Y') as NASSESS,
        count(*) filter (where ANL01FL = 'Y' and BORFL is null) as NLATER,
        min(case when k.CONFIRM is not null then
            case k.CONFIRM when 'confirmed' then 1 when 'not yet confirmed' then 2 else 3 end end)
                filter (where BORFL = 'Y') as CONFIRMN
    from flagged as f
    left join confirmed as k on k.USUBJID = f.USUBJID and k.RSSEQ is not distinct from f.RSSEQ
    group by f.USUBJID
),
best_named as (
    select
        c.*, b.NASSESS, b.NLATER, n.AVALC as BESTC, b.RANKED,
        case b.CONFIRMN when 1 then 'confirmed' when 2 then 'not yet confirmed'
            when 3 then 'recurrence within 4 weeks' end as CONFIRM,
        min(f.ADT) as ADT
    from course as c
    left join best as b on b.USUBJID = c.USUBJID
    left join (select distinct AVALC, AVAL from reading) as n on n.AVAL = b.RANKED
    left join flagged as f on f.USUBJID = c.USUBJID and f.BORFL = 'Y'
        and (f.AVALC = n.AVALC or (f.AVALC = 'RELAPSE' and n.AVALC = 'PD'))
    where c.TRTSDT is not null and exists (select 1 from assessed)
    group by all
),
evaluated as (
    -- Without an assessment, death or progression counts as no response; the protocol's days are allowed for the first
    -- assessment
    select
        *,
        cast(least(coalesce(DTHDT, CUTDT), CUTDT) - TRTSDT + 1 as integer) as LASTDAY,
        case when BESTC is not null then 'Evaluable'
             when DTHDT is not null and (OTHERDT is null or DTHDT <= OTHERDT) then 'Evaluable'
             when PROGRESSED and OTHERDT is null then 'Evaluable'
             when NLATER > 0 or OTHERDT is not null or NASSESS > 0 or EOSDT is not null then 'Not evaluable'
             when CUTDT - TRTSDT + 1 <= (select RSPDAYS from trial.settings) then 'Awaiting first assessment'
             else 'Not evaluable' end as EVALSTAT
    from best_named
),
bor as (
    select
        USUBJID, 'BOR' as PARAMCD, 'Best overall response' as PARAM, ADT, cast(null as varchar) as ADTF,
        coalesce(BESTC, case when NASSESS > 0 then 'NE' end) as AVALC, RANKED as AVAL,
        case when EVALSTAT = 'Evaluable' then 'Y' else 'N' end as EVALFL, EVALSTAT,
        case when BESTC is not null then null
             when EVALSTAT = 'Evaluable' and DTHDT is not null and (OTHERDT is null or DTHDT <= OTHERDT) then 'DIED'
             when EVALSTAT = 'Evaluable' then 'PROGRESSED'
             when EVALSTAT = 'Awaiting first assessment' then 'AWAITING'
             when NASSESS > 0 then 'NOT EVALUATED'
             when OTHERDT is not null then OTHER
             when EOSDT is not null then 'LEFT STUDY'
             else 'NO ASSESSMENT' end as REASONCD,
        case REASONCD when 'LEFT STUDY' then lower(DCSREAS) end as REASTXT,
        case when REASONCD = 'DIED' then DTHDT - TRTSDT + 1
             when REASONCD in ('TRANSPLANT', 'NEW THERAPY') then OTHERDT - TRTSDT + 1
             when REASONCD = 'LEFT STUDY' then EOSDT - TRTSDT + 1
             when REASONCD in ('AWAITING', 'NO ASSESSMENT') then LASTDAY end as REASONDY,
        case when BESTC in ('CR', 'CRi') or (BESTC = 'CRh' and DISEASE = 'AML') then 'Y' else 'N' end as RSPFL,
        case when BESTC = 'CR' then CONFIRM end as CONFIRM
    from evaluated
)
select
    r.USUBJID, 'OVRLRESP' as PARAMCD, 'Overall response' as PARAM, r.ADT, r.RSDTF as ADTF,
    cast(r.ADT - r.TRTSDT as integer) + case when r.ADT >= r.TRTSDT then 1 else 0 end as ADY,
    r.VISIT, r.AVALC, cast(r.AVAL as double) as AVAL, cast(null as varchar) as AVALU, r.RSEVAL, r.RSSEQ as SRCSEQ,
    r.RSPFL, cast(null as varchar) as EVALFL, cast(null as varchar) as EVALSTAT, r.NOTUSED as REASONCD,
    cast(null as varchar) as REASTXT, cast(null as integer) as REASONDY, r.ANL01FL, r.BORFL, k.CONFIRM,
    cast(null as varchar) as ABLFL, r.BASEBM as BASE, r.BLASTBM, r.BLASTPB, r.ANC, r.PLAT, r.MRD, r.DERRESP
from recomputed as r
left join confirmed as k on k.USUBJID = r.USUBJID and k.RSSEQ is not distinct from r.RSSEQ
union all
select
    b.USUBJID, b.PARAMCD, b.PARAM, b.ADT, b.ADTF, cast(b.ADT - s.TRTSDT + 1 as integer), null, b.AVALC, b.AVAL, null,
    'INVESTIGATOR', null,
    b.RSPFL, b.EVALFL, b.EVALSTAT, b.REASONCD, b.REASTXT, cast(b.REASONDY as integer), 'Y', 'Y', b.CONFIRM, null, null,
    null, null, null, null, null, null
from bor as b
join adsl as s on s.USUBJID = b.USUBJID
union all
select
    m.USUBJID, case m.ROLE when 'BLASTS_MARROW' then 'BLASTBM' when 'BLASTS_BLOOD' then 'BLASTPB' else 'MRD' end,
    case m.ROLE when 'BLASTS_MARROW' then 'Blasts in bone marrow' when 'BLASTS_BLOOD' then 'Blasts in blood'
        else 'Minimal residual disease' end,
    m.ADT, m.ADTF, cast(m.ADT - s.TRTSDT as integer) + case when m.ADT >= s.TRTSDT then 1 else 0 end,
    m.VISIT, m.AVALC, m.AVAL, case when m.ROLE = 'BLASTS_MARROW' and m.AVAL is not null then '%' else m.AVALU end, null,
    m.LBSEQ,
    null, null, null,
    case when m.ADT is null then 'NO DATE' when m.AVAL is null then 'NO NUMBER'
        when s.TRTSDT is null then 'NOT TREATED' end,
    null, null,
    case when m.ADT is not null and m.AVAL is not null and s.TRTSDT is not null then 'Y' end, null, null,
    case when m.ADT = base.BASEDT and m.AVAL = base.BASE then 'Y' end, base.BASE, null, null, null, null, null, null
from labrole as m
left join adsl as s on s.USUBJID = m.USUBJID
left join baseline as base on base.USUBJID = m.USUBJID and base.ROLE = m.ROLE
where m.ROLE in ('BLASTS_MARROW', 'BLASTS_BLOOD', 'MRD')

-- Question: how did the leukaemia respond, by the investigator and by blasts and counts?
-- Grain: one result: a response assessment (OVRLRESP), a blast or MRD measurement (BLASTBM, BLASTPB, MRD),
--        the best overall response of one treated subject by the investigator (BOR), or by an independent reader where
--        one assessed the subject (BORIND).
-- Reads: adsl, deathday, departure, labrole, latertherapy, rscounted, trial.settings
-- ANL01FL: the investigator's dated assessment after the first infusion, one a day. BORFL: counts towards the best
-- response. NEWTRTDT: the first later therapy. REMFL: a remission that counts; REMDT: the day of the first. Rate,
-- duration of remission and swimmer plot read these two alone.
with course as (
    -- What happens to a treated subject besides the assessments
    select
        s.USUBJID, s.DISEASE, s.TRTSDT, s.CUTDT, d.DTHDT, d.DTHDTL, s.DTHFL, n.OTHERDT, n.OTHERCD as OTHER,
        n.NEWTRTDT,
        coalesce(p.LEFTDT, case when s.DTHFL is null then s.EOSDT end) as LEFTDT,
        coalesce(p.LEFTREAS, s.DCSREAS) as LEFTREAS, s.EOSDT,
        coalesce(contains(upper(s.EOTREAS), 'PROGRESS') or contains(upper(s.DCSREAS), 'PROGRESS'), false) as PROGRESSED,
        cast((select RSPDAYS from trial.settings) as integer) as RSPDAYS
    from adsl as s
    left join latertherapy as n on n.USUBJID = s.USUBJID
    left join departure as p on p.USUBJID = s.USUBJID
    left join deathday as d on d.USUBJID = s.USUBJID
),
flagged as (
    -- Who is not the investigator has no part in what displays count
    select
        * exclude (NOTUSED, USEDFL),
        case when NOTUSED = 'NOT TREATED' or READER = 'INVESTIGATOR' then NOTUSED else 'OTHER EVALUATOR' end as NOTUSED,
        case when READER = 'INVESTIGATOR' then USEDFL end as ANL01FL,
        case when READER = 'INVESTIGATOR' then COUNTFL end as BORFL,
        NOTUSED as REASON, USEDFL
    from rscounted
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
    select f.RSROW, m.ROLE,
        arg_min(m.AVAL, row(abs(m.ADT - f.RSDT), m.ADT, -m.LBSEQ)) as AVAL,
        arg_min(m.AVALC, row(abs(m.ADT - f.RSDT), m.ADT, -m.LBSEQ)) as AVALC
    from flagged as f
    join labrole as m on m.USUBJID = f.USUBJID and abs(m.ADT - f.RSDT) <= 7 and m.AVAL is not null
    where f.RSDTF is null and m.ADTF is null
    group by f.RSROW, m.ROLE
),
beside_wide as (
    select RSROW,
        max(AVAL) filter (where ROLE = 'BLASTS_MARROW') as BLASTBM,
        max(AVAL) filter (where ROLE = 'BLASTS_BLOOD') as BLASTPB,
        max(AVAL) filter (where ROLE = 'ANC') as ANC,
        max(AVAL) filter (where ROLE = 'PLATELETS') as PLAT,
        max(AVALC) filter (where ROLE = 'MRD') as MRD
    from beside
    group by RSROW
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
    left join beside_wide as b on b.RSROW = f.RSROW
    left join baseline as marrow on marrow.USUBJID = f.USUBJID and marrow.ROLE = 'BLASTS_MARROW'
    left join baseline as blood on blood.USUBJID = f.USUBJID and blood.ROLE = 'BLASTS_BLOOD'
),
ranked as (
    -- A remission that counts comes before one that does not (lost, or not of the trial's kinds), that before MLFS; a
    -- relapse without a recorded remission is progression
    select
        *,
        case when COUNTFL is null or AVALC = 'NE' then null
             when AVALC = 'RELAPSE' then 7
             when REMFL = 'Y' then AVAL
             when AVALC in ('CR', 'CRh', 'CRi') then 3 + AVAL / 4.0
             else AVAL end as RANKED
    from flagged
),
best as (
    select
        USUBJID, READER,
        min(RANKED) as RANKED,
        arg_min(case AVALC when 'RELAPSE' then 'PD' else AVALC end, RANKED) as BESTC,
        arg_min(ADT, row(RANKED, ADT)) filter (where RANKED is not null) as ADT,
        min(ADT) filter (where REMFL = 'Y') as REMDT,
        coalesce(bool_or(COUNTFL = 'Y' and RSPFL = 'Y'), false) as RESPONDED,
        count(*) filter (where COUNTFL = 'Y') as NASSESS,
        count(*) filter (where USEDFL = 'Y' and COUNTFL is null and REASON <> 'DATE UNCLEAR') as NLATER,
        count(*) filter (where REASON in ('NO DATE', 'NOT RECOGNISED', 'DATE UNCLEAR')
            and (ADT is null or OTHERDTL is null or ADT <= OTHERDTL)) as UNREADN,
        coalesce(bool_or(
            REASON in ('NO DATE', 'NOT RECOGNISED', 'DATE UNCLEAR') and (AVAL is null or RSPFL = 'Y')
            and (ADT is null or OTHERDTL is null or ADT <= OTHERDTL)), false) as MAYREMIT,
        coalesce(bool_or(REMFL = 'Y' and CONFIRM = 'CONFIRMED'), false) as CONFIRMED,
        arg_min(CONFIRM, row(RANKED, case CONFIRM when 'CONFIRMED' then 1 when 'NOT YET DUE' then 2 else 3 end, ADT))
            filter (where RANKED is not null and CONFIRM is not null) as CONFIRM,
        arg_min(AVALC, RANKED) filter (where RANKED is not null and CONFIRM is not null) as CONFIRMC
    from ranked
    group by USUBJID, READER
),
best_named as (
    select
        c.*, o.USUBJID is not null as BYOTHERS, b.NASSESS, b.NLATER, b.UNREADN, b.BESTC, b.ADT, b.REMDT, b.RESPONDED,
        b.CONFIRMED, b.MAYREMIT,
        case when b.CONFIRMC = b.BESTC then b.CONFIRM end as CONFIRM,
        case b.BESTC when 'CR' then 1 when 'CRh' then 2 when 'CRi' then 3 when 'MLFS' then 4 when 'PR' then 5
            when 'NR' then 6 when 'PD' then 7 end as BESTN,
        coalesce(
            c.DTHDTL between c.TRTSDT and c.TRTSDT + c.RSPDAYS - 1
            and (c.OTHERDT is null or c.DTHDT <= c.OTHERDT) and (c.LEFTDT is null or c.LEFTDT >= c.DTHDT), false)
            as DIEDEARLY
    from course as c
    left join best as b on b.USUBJID = c.USUBJID and b.READER = 'INVESTIGATOR'
    left join (select distinct USUBJID from best where READER <> 'INVESTIGATOR' and NASSESS > 0) as o
        on o.USUBJID = c.USUBJID
    where c.TRTSDT is not null and exists (select 1 from rscounted)
),
evaluated as (
    -- Without an assessment that could be evaluated (an NE is none), an early death (in the days that the protocol
    -- allows for the first, not after leaving the study) or progression counts as no response; whose only
    -- assessments cannot be read is unknown
    select
        *,
        cast(least(coalesce(DTHDT, CUTDT), CUTDT) - TRTSDT + 1 as integer) as LASTDAY,
        case when BESTC is not null then 'Evaluable'
             when UNREADN > 0 then 'Not evaluable'
             when DIEDEARLY then 'Evaluable'
             when PROGRESSED and OTHERDT is null then 'Evaluable'
             when NLATER > 0 or OTHERDT is not null or EOSDT is not null or LEFTDT is not null or DTHFL = 'Y'
                 then 'Not evaluable'
             when CUTDT - TRTSDT + 1 <= RSPDAYS then 'Awaiting first assessment'
             else 'Not evaluable' end as EVALSTAT
    from best_named
),
bor as (
    select
        USUBJID, ADT, coalesce(BESTC, case when NASSESS > 0 and EVALSTAT = 'Not evaluable' then 'NE' end) as AVALC,
        BESTN as AVAL, EVALSTAT,
        case when BESTC is not null then null
             when EVALSTAT <> 'Not evaluable' then
                 case when EVALSTAT = 'Awaiting first assessment' then 'AWAITING' when DIEDEARLY then 'DIED'
                     else 'PROGRESSED' end || case when NASSESS > 0 then ' AFTER NE' else '' end
             when UNREADN > 0 then 'NOT READ'
             when NASSESS > 0 then 'NOT EVALUATED'
             when OTHERDT is not null then OTHER
             when LEFTDT < coalesce(DTHDT, LEFTDT + 1) then 'LEFT STUDY'
             when DTHDT is not null then 'DIED LATER'
             when DTHFL = 'Y' then 'DIED UNDATED'
             when BYOTHERS then 'OTHERS ONLY'
             when EOSDT is not null then 'LEFT STUDY'
             else 'NO ASSESSMENT' end as REASONCD,
        case REASONCD when 'LEFT STUDY' then lower(LEFTREAS) end as REASTXT,
        case when REASONCD in ('DIED', 'DIED AFTER NE', 'DIED LATER') then DTHDT - TRTSDT + 1
             when REASONCD in ('TRANSPLANT', 'NEW THERAPY') then OTHERDT - TRTSDT + 1
             when REASONCD = 'LEFT STUDY' then coalesce(LEFTDT, EOSDT) - TRTSDT + 1
             when REASONCD in ('AWAITING', 'AWAITING AFTER NE', 'NO ASSESSMENT') then LASTDAY end as REASONDY,
        RESPONDED, REMDT, NEWTRTDT, CONFIRM, CONFIRMED, coalesce(UNREADN, 0) as UNREADN, MAYREMIT
    from evaluated
),
best_response as (
    select 'BOR' as PARAMCD, 'Best overall response' as PARAM, 'INVESTIGATOR' as RSEVAL, * from bor
    union all by name
    select
        'BORIND' as PARAMCD, 'Best overall response, independent reader' as PARAM, 'INDEPENDENT' as RSEVAL, b.USUBJID,
        b.ADT, coalesce(b.BESTC, case when b.NASSESS > 0 then 'NE' end) as AVALC, null as AVAL,
        case when b.BESTC is not null then 'Evaluable' else 'Not evaluable' end as EVALSTAT, b.RESPONDED, b.REMDT,
        case when b.CONFIRMC = b.BESTC then b.CONFIRM end as CONFIRM, b.CONFIRMED, b.UNREADN, b.MAYREMIT
    from best as b
    join adsl as s on s.USUBJID = b.USUBJID
    where b.READER = 'INDEPENDENT' and s.TRTSDT is not null
)
select
    r.USUBJID, 'OVRLRESP' as PARAMCD, 'Overall response' as PARAM, r.ADT, r.RSDTF as ADTF,
    cast(r.ADT - r.TRTSDT as integer) + case when r.ADT >= r.TRTSDT then 1 else 0 end as ADY,
    r.VISIT, r.AVALC, cast(r.AVAL as double) as AVAL, cast(null as varchar) as AVALU, r.RSEVAL, r.RSSEQ as SRCSEQ,
    r.RSPFL, r.REMFL, cast(null as date) as REMDT, cast(null as date) as NEWTRTDT, cast(null as varchar) as EVALFL,
    cast(null as varchar) as EVALSTAT,
    r.NOTUSED as REASONCD, cast(null as varchar) as REASTXT, cast(null as integer) as REASONDY, r.ANL01FL, r.BORFL,
    r.CONFIRM, cast(null as varchar) as CONFFL, cast(null as integer) as UNREADN, cast(null as varchar) as REMPOSFL,
    cast(null as varchar) as ABLFL,
    r.BASEBM as BASE, r.BLASTBM, r.BLASTPB, r.ANC, r.PLAT, r.MRD, r.DERRESP
from recomputed as r
union all by name
select
    b.USUBJID, b.PARAMCD, b.PARAM, b.ADT, cast(b.ADT - s.TRTSDT + 1 as integer) as ADY, b.AVALC, b.AVAL, b.RSEVAL,
    case when b.RESPONDED then 'Y' else 'N' end as RSPFL, case when b.REMDT is not null then 'Y' else 'N' end as REMFL,
    b.REMDT, b.NEWTRTDT, case when b.EVALSTAT = 'Evaluable' then 'Y' else 'N' end as EVALFL, b.EVALSTAT, b.REASONCD,
    b.REASTXT,
    cast(b.REASONDY as integer) as REASONDY, 'Y' as ANL01FL, 'Y' as BORFL,
    b.CONFIRM, case when b.CONFIRMED then 'Y' end as CONFFL, cast(b.UNREADN as integer) as UNREADN,
    case when b.MAYREMIT and b.REMDT is null then 'Y' end as REMPOSFL
from best_response as b
join adsl as s on s.USUBJID = b.USUBJID
union all by name
select
    m.USUBJID, case m.ROLE when 'BLASTS_MARROW' then 'BLASTBM' when 'BLASTS_BLOOD' then 'BLASTPB' else 'MRD' end
        as PARAMCD,
    case m.ROLE when 'BLASTS_MARROW' then 'Blasts in bone marrow' when 'BLASTS_BLOOD' then 'Blasts in blood'
        else 'Minimal residual disease' end as PARAM,
    m.ADT, m.ADTF, cast(m.ADT - s.TRTSDT as integer) + case when m.ADT >= s.TRTSDT then 1 else 0 end as ADY,
    m.VISIT, m.AVALC, m.AVAL, case when m.ROLE = 'BLASTS_MARROW' and m.AVAL is not null then '%' else m.AVALU end
        as AVALU,
    m.LBSEQ as SRCSEQ,
    case when m.ADT is null then 'NO DATE' when m.AVAL is null then 'NO NUMBER'
        when s.TRTSDT is null then 'NOT TREATED' end as REASONCD,
    case when m.ADT is not null and m.AVAL is not null and s.TRTSDT is not null then 'Y' end as ANL01FL,
    case when m.ADT = base.BASEDT and m.AVAL = base.BASE then 'Y' end as ABLFL, base.BASE
from labrole as m
left join adsl as s on s.USUBJID = m.USUBJID
left join baseline as base on base.USUBJID = m.USUBJID and base.ROLE = m.ROLE
where m.ROLE in ('BLASTS_MARROW', 'BLASTS_BLOOD', 'MRD')

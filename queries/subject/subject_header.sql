-- Question: who is this subject, how was the subject treated, and with what result?
-- Grain: one subject ($usubjid); no row where the cut does not hold the subject.
with heart as (
    select
        USUBJID,
        min(AVAL) filter (where PARAMCD = 'LVEF' and POSTFL = 'Y') as LVEFLOW,
        arg_min(ADY, AVAL) filter (where PARAMCD = 'LVEF' and POSTFL = 'Y') as LVEFLOWDY,
        max(BASE) filter (where PARAMCD = 'LVEF') as LVEFBASE,
        count(*) filter (where PARAMCD = 'LVEF') as NLVEF
    from adcv
    where USUBJID = $usubjid
    group by USUBJID
),
dysfunction as (
    -- as on the Heart page: by ejection fraction and heart failure
    select USUBJID, arg_max(CTRCD, CTRCDN) as CTRCD, arg_max_null(CTRCDQ, CTRCDN) as CTRCDQ
    from adctrcd
    where USUBJID = $usubjid and COUNTFL = 'Y' and CTRCD is not null
    group by USUBJID
),
best as (
    select USUBJID, any_value(AVALC) as BEST, any_value(ADY) as BESTDY, any_value(CONFIRM) as CONFIRM,
        any_value(CONFFL) as CONFFL,
        any_value(REASONCD) as REASONCD, any_value(REASTXT) as REASTXT, any_value(REASONDY) as REASONDY
    from adrs
    where USUBJID = $usubjid and PARAMCD = 'BOR'
    group by USUBJID
),
symptoms as (
    -- heart failure that counts as CTRCD, the worst first
    select USUBJID, arg_max(TERM, CTRCDN) as HFTERM, arg_max(ADY, CTRCDN) as HFADY
    from adctrcd
    where USUBJID = $usubjid and ORIGIN = 'HEART FAILURE' and COUNTFL = 'Y'
    group by USUBJID
),
overdue as (
    select USUBJID, cast(max(DAYSLATE) filter (where GONEFL = 'N') as integer) as ECHOLATE
    from addue
    where USUBJID = $usubjid and ASSESS = 'ECHO' and STATUS = 'Overdue' and BASEFL is null
    group by USUBJID
),
other_drugs as (
    select USUBJID, string_agg(distinct EXTRT, ', ' order by EXTRT) as OTHERDRUG
    from exother
    where USUBJID = $usubjid
    group by USUBJID
),
doses as (
    -- what was given on one day is one administration; records of a partial date are not put together
    select
        USUBJID, mode(DOSEU) as DOSEU,
        case when count(NDAYS) = count(*)
            then count(distinct row(ASTDT, case when ASTDTF is not null then EXSEQ end)) end as NDOSE
    from adex
    where USUBJID = $usubjid
    group by USUBJID
),
events as (
    select
        USUBJID, count(*) as NAE, count(*) filter (where ATOXGR >= 3) as NAE3,
        count(*) filter (where AESERC = 'Y') as NSAE, count(*) filter (where AESERC is null) as NSERUNK
    from adae
    where USUBJID = $usubjid and TRTEMFL = 'Y'
    group by USUBJID
)
select
    s.USUBJID, s.SUBJID, s.AGE, s.SEX, s.DISEASE, s.PRIHSCT, s.SITEID, s.SITENAM,
    s.TRTA, s.TRTP, s.GIVENTRT, s.COHORT, s.ARM, s.SAFFL, s.ENRLFL, s.AWAITCD, s.WEIGHT, s.BSA,
    s.TRTSDT, s.TRTEDT, s.CUMDOSE, s.CUMMISS, s.NCOURSE, cast(x.NDOSE as integer) as NDOSE, s.PANTDOX, s.PANTMISS,
    s.EOTDT, s.EOTREAS, s.EOSDT, s.DCSREAS, s.EOSSTT, s.DTHDT, s.DTHFL, s.HSCTDT, s.CUTDT,
    d.DLTSTAT, d.DAYSLEFT, d.PENDCD,
    d.UNJTERM, d.UNJCD, d.STOPADY, d.STOPREAS, d.NUNTERM, d.GRDTERM, d.CONTRTERM, d.ONSTERM, d.ONSETCD,
    d.BEFTERM, d.BEFADY, d.WINADY,
    d.LATEADY, d.CNTADY, d.NEXTADY, d.SEENADY, d.TOLADY,
    d.DOSESHR, d.DOSECD, d.MISSINF, d.MISSREAS, d.GONECD, d.GONEREAS, d.GONEADY,
    d.NUNJUDG, d.NDLT, coalesce(d.DLTTERM, case when d.DLTSTAT = 'DLT' then 'Term not delivered' end) as DLTTERM,
    d.DLTADY, d.DLTGR,
    b.BEST, b.BESTDY, b.CONFIRM, b.CONFFL, b.REASONCD, b.REASTXT, b.REASONDY,
    h.LVEFLOW, h.LVEFLOWDY, h.LVEFBASE, f.CTRCD, f.CTRCDQ, h.NLVEF, m.HFTERM, m.HFADY, v.ECHOLATE,
    e.NAE, e.NAE3, e.NSAE, e.NSERUNK, x.DOSEU, o.OTHERDRUG,
    y.DTHDTL as DTHLDT, c.DSCAUSE, c.AECAUSE, c.NRELATED, c.NUNRELATED, c.NUNKNOWN, c.CAUSECD
from adsl as s
left join addl as d on d.USUBJID = s.USUBJID
left join best as b on b.USUBJID = s.USUBJID
left join heart as h on h.USUBJID = s.USUBJID
left join dysfunction as f on f.USUBJID = s.USUBJID
left join symptoms as m on m.USUBJID = s.USUBJID
left join overdue as v on v.USUBJID = s.USUBJID
left join doses as x on x.USUBJID = s.USUBJID
left join other_drugs as o on o.USUBJID = s.USUBJID
left join events as e on e.USUBJID = s.USUBJID
left join deathday as y on y.USUBJID = s.USUBJID
left join deathcause as c on c.USUBJID = s.USUBJID
where s.USUBJID = $usubjid

-- Question: who is in the trial, in which group, with which disease and which past?
-- Grain: one subject of DM.
-- Reads: adex, body, cmdose, cohorttold, deathtold, diagnosis, disposition, dosegiven, dsread, firstdose
-- Reads: source.dm, transplanttold
-- Reads: source.ds, trial.age_band, trial.cut, trial.dose_level, trial.settings, trial.site
-- TRTA is the dose level of the actual arm where the protocol defines levels; else the arm that the subject
-- was assigned to, as the analysis data sets of the CDISC pilot have it (subjects whose actual arm differs are
-- reported). TRTP is the dose level of the arm, GIVENTRT another planned level that every infusion of the first course
-- was of (any, where the arm is no planned level); TRTA, TRTAN, DOSELVL and DOSE are those of the level given, unless
-- the trial counts at the assigned one. TRTSDT is the earliest day that the first infusion can have been, TRTSDTL
-- the latest; FIRSTCD: firstdose.
-- AWAITCD, of who has no infusion yet and has neither died nor left: STATED (a record of DS says enrolled) or ASSIGNED
-- (DM names a planned level, and nothing says that the subject is enrolled); NOTTRT (DM says not treated, as of
-- everybody before the first infusion) and LONG (enrolled longer ago than the days of the setting).
-- AWAITDT: since when. FREEFL: who has no infusion has left or died (FREEDT: when at the earliest, where a day is
-- told), by whatever record; the place at the dose level is free from then on.
with defined as (select count(*) > 0 as HASLEVELS from trial.dose_level),
chosen as (
    select
        dm.*, defined.HASLEVELS,
        case when defined.HASLEVELS then coalesce(case when upper(ACTARMCD) <> 'NOTTRT' then ACTARMCD end, ARMCD)
            else coalesce(ARMCD, ACTARMCD) end as CHOSENCD,
        case when defined.HASLEVELS then coalesce(case when upper(ACTARM) <> 'NOT TREATED' then ACTARM end, ARM)
            else coalesce(ARM, ACTARM) end as CHOSEN
    from source.dm as dm
    cross join defined
    where dm.USUBJID is not null
),
arm as (
    -- SDTM names screen failures and subjects never assigned as if they were arms
    select
        *,
        case when ISARM then coalesce(CHOSENCD, CHOSEN) end as ARMKEY,
        case when ISARM then coalesce(CHOSEN, CHOSENCD) end as ARMNAME
    from (
        select
            *,
            upper(coalesce(CHOSENCD, '')) not in ('SCRNFAIL', 'NOTASSGN', 'NOTTRT')
            and upper(coalesce(CHOSEN, '')) not in ('SCREEN FAILURE', 'NOT ASSIGNED', 'NOT TREATED') as ISARM
        from chosen
    )
),
level as (
    select
        arm.USUBJID, any_value(l.DOSELVL) as DOSELVL, any_value(l.DOSE) as DOSE, any_value(l.TRTA) as TRTA
    from arm
    join trial.dose_level as l
        on lower(arm.ARMKEY) = lower(l.ARMCD) or lower(arm.ARMNAME) = lower(l.ARM) or lower(arm.ARMNAME) = lower(l.TRTA)
    group by arm.USUBJID
),
counted as (
    -- the level that counts; an arm that is no planned level counts where a planned level's dose was given throughout
    select
        arm.USUBJID, level.TRTA as TRTP, other.TRTA as GIVENTRT,
        case when s.COUNTEDAT = 'GIVEN' then coalesce(other.DOSELVL, level.DOSELVL) else level.DOSELVL end as DOSELVL,
        case when s.COUNTEDAT = 'GIVEN' then coalesce(other.DOSE, level.DOSE) else level.DOSE end as DOSE,
        case when s.COUNTEDAT = 'GIVEN' then coalesce(other.TRTA, level.TRTA) else level.TRTA end as TRTA
    from arm
    cross join trial.settings as s
    left join level on level.USUBJID = arm.USUBJID
    left join dosegiven as g on g.USUBJID = arm.USUBJID
    left join trial.dose_level as other
        on other.DOSELVL = g.DOSELVL and coalesce(other.DOSELVL <> level.DOSELVL, true)
),
armorder as (
    -- arms in the order of the doses given in them
    select ARMKEY, row_number() over (order by MEANDOSE nulls last, ARMKEY) as ARMN
    from (
        select arm.ARMKEY, avg(adex.DOSE) as MEANDOSE
        from arm
        left join adex on adex.USUBJID = arm.USUBJID
        where arm.ARMKEY is not null
        group by arm.ARMKEY
    )
),
exposure as (
    select
        USUBJID, min(ASTDT) as TRTSDT, min(ASTDTM) filter (where ADY = 1) as TRTSDTM,
        max(coalesce(AENDT, ASTDT)) as TRTEDT,
        -- unknown where a single amount is
        max(CUMMISS) as CUMMISS, case when max(CUMMISS) = 0 then max(CUMDOSE) end as CUMDOSE,
        -- a record of unknown infusions over more than a week may hold several courses
        case when bool_and(NDAYS is not null or coalesce(AENDT <= ASTDT + 7, false)) then max(COURSE) end as NCOURSE,
        case when count(NDAYS) = count(*) then count(*) end as NDOSE
    from adex
    group by USUBJID
),
named_disease as (
    select USUBJID, min(DISEASE) as DISEASE
    from diagnosis
    group by USUBJID
),
prior_anthracycline as (
    select
        USUBJID, sum(DOSE * FACTOR) as PANTDOX,
        sum(case when DOSE is null then 1 else 0 end) as PANTMISS
    from cmdose
    group by USUBJID
),
transplant as (
    select
        t.USUBJID,
        min(t.STDT) as FIRSTDT,
        min(case when t.STDT >= e.TRTSDT then t.STDT end) as HSCTDT
    from transplanttold as t
    left join exposure as e on e.USUBJID = t.USUBJID
    group by t.USUBJID
),
milestone as (
    select
        USUBJID,
        bool_or(STEPCD = 'ENROLLED') as STATED,
        min(DSSTDT) filter (where STEPCD = 'ENROLLED') as ENRLDT,
        min(DSSTDT) filter (where STEPCD = 'CONSENTED') as CONSENTDT
    from dsread
    where STEPCD is not null
    group by USUBJID
),
death as (
    -- the best source's full date, else a partial one; a death that is dated after the cut alone is none of this cut
    select
        USUBJID,
        arg_min(DT, RANK + case when DTF is null then 0 else 10 end)
            filter (where DT is not null and AFTERFL = 'N') as DTHDT
    from deathtold
    group by USUBJID
    having DTHDT is not null or bool_and(AFTERFL = 'N')
),
disposition_event as (
    select * from disposition
    where upper(coalesce(DSDECOD, '')) <> 'DEATH' or USUBJID in (select USUBJID from death)
),
ended as (
    select
        USUBJID,
        arg_max(DSDECOD, (ORDERDT, DSSEQ)) filter (where ENDED in ('TREATMENT', 'BOTH') and not SCREENED) as EOTREAS,
        max(DSSTDT) filter (where ENDED in ('TREATMENT', 'BOTH') and not SCREENED) as EOTDT,
        arg_max(DSDECOD, (ORDERDT, DSSEQ)) filter (where ENDED in ('STUDY', 'BOTH') or GONE) as DCSREAS,
        max(DSSTDT) filter (where ENDED in ('STUDY', 'BOTH') or GONE) as EOSDT,
        bool_or(ENDED = 'TREATMENT' and not SCREENED) as ENDEDTRT,
        -- a death needs no end of treatment before it
        coalesce(bool_or(ENDED = 'STUDY' and not SCREENED and upper(coalesce(DSDECOD, '')) <> 'DEATH'), false)
            as ENDEDSTD
    from disposition_event
    group by USUBJID
),
baseline_body as (
    select
        body.USUBJID,
        arg_max(AVAL, (VSDT, VSSEQ)) filter (where TESTCD = 'WEIGHT') as WEIGHT,
        arg_max(AVAL, (VSDT, VSSEQ)) filter (where TESTCD = 'HEIGHT') as HEIGHT,
        arg_max(AVAL, (VSDT, VSSEQ)) filter (where TESTCD = 'BSA') as BSA
    from body
    left join exposure as e on e.USUBJID = body.USUBJID
    where AVAL is not null and coalesce(VSDT <= e.TRTSDT, true)
    group by body.USUBJID
),
-- who has no infusion and has left, by an end of study or treatment, a milestone or a death
freed as (
    select arm.USUBJID, min(g.DT) as FREEDT
    from arm
    join (
        select USUBJID, DSSTDT as DT from dsread where STEPCD = 'LEFT'
        union all
        select USUBJID, DSSTDT from disposition_event where DSDECOD is not null or DSSTDT is not null
        union all
        select USUBJID, DTHDT from death
    ) as g on g.USUBJID = arm.USUBJID
    left join exposure as e on e.USUBJID = arm.USUBJID
    left join firstdose as f on f.USUBJID = arm.USUBJID
    where e.TRTSDT is null and f.FIRSTCD is null
    group by arm.USUBJID
),
-- who may be enrolled and has had no infusion
awaiting as (
    select
        arm.USUBJID, coalesce(m.ENRLDT, arm.RFSTDT, arm.RFICDT) as AWAITDT,
        concat_ws(';',
            case when m.STATED then 'STATED' else 'ASSIGNED' end,
            case when upper(trim(arm.ACTARMCD)) = 'NOTTRT' or upper(arm.ACTARM) like '%NOT TREATED%'
                or upper(arm.ARMNRS) like '%NOT TREATED%' then 'NOTTRT' end,
            case when cut.CUTDT - AWAITDT > t.UNTRDAYS then 'LONG' end) as AWAITCD
    from arm
    cross join trial.cut as cut
    cross join trial.settings as t
    left join level on level.USUBJID = arm.USUBJID
    left join milestone as m on m.USUBJID = arm.USUBJID
    left join exposure as e on e.USUBJID = arm.USUBJID
    left join firstdose as f on f.USUBJID = arm.USUBJID
    where e.TRTSDT is null and f.FIRSTCD is null and arm.USUBJID not in (select USUBJID from freed)
      and (m.STATED or (level.USUBJID is not null and not regexp_matches(upper(coalesce(arm.ARMNRS, '')), 'SCREEN')))
      and coalesce(AWAITDT <= cut.CUTDT, true)
),
told as (
    -- Without an epoch, the end of treatment cannot be told from the end of the study; nor, of an end in the treatment,
    -- whether the study goes on, where each subject has one record of an end alone, in whatever epoch it came
    select
        count(*) > 0 as DS, count(EPOCH) > 0 as EPOCH,
        (select count(*) filter (where ENDEDSTD) > 0 and count(*) filter (where ENDEDSTD and ENDEDTRT) = 0 from ended)
            as ONEEND
    from source.ds
),
aged as (
    select
        USUBJID,
        case upper(coalesce(AGEU, 'YEARS')) when 'MONTHS' then AGE / 12 when 'WEEKS' then AGE / 52.1775
            when 'DAYS' then AGE / 365.25 else AGE end as AGEGIVEN,
        -- nobody is older, or not born
        case when AGEGIVEN between 0 and 120 then AGEGIVEN end as AGEYEARS
    from arm
)
select
    arm.STUDYID, arm.USUBJID, coalesce(arm.SUBJID, arm.USUBJID) as SUBJID,
    arm.SITEID, coalesce(s.SITENAM, 'Site ' || arm.SITEID) as SITENAM,
    aged.AGEYEARS as AGE,
    coalesce(
        b.AGEGR1,
        case when (select count(*) from trial.age_band) = 0 then
            case when aged.AGEYEARS < 18 then 'Under 18 years' when aged.AGEYEARS < 65 then '18 to 64 years'
                 when aged.AGEYEARS >= 65 then '65 years and over' end
        end
    ) as AGEGR1,
    arm.SEX, arm.RACE, arm.ARM, arm.ACTARM,
    case when arm.HASLEVELS then counted.TRTP else arm.ARMNAME end as TRTP, counted.GIVENTRT,
    case when arm.HASLEVELS then counted.TRTA else arm.ARMNAME end as TRTA,
    case when arm.HASLEVELS then counted.DOSE when arm.ARMNAME is not null then armorder.ARMN end as TRTAN,
    counted.DOSELVL, counted.DOSE,
    named_disease.DISEASE,
    cohort.COHORT,
    coalesce(milestone.CONSENTDT, arm.RFICDT) as RFICDT,
    coalesce(milestone.ENRLDT, case when e.TRTSDT is not null or f.FIRSTCD is not null or milestone.STATED
        then coalesce(arm.RFSTDT, e.TRTSDT, arm.RFXSTDT) end) as ENRLDT,
    w.AWAITCD, w.AWAITDT, case when freed.USUBJID is not null then 'Y' end as FREEFL, freed.FREEDT,
    f.FIRSTCD, coalesce(f.FIRSTDTL, case when f.FIRSTCD is null then e.TRTSDT end) as TRTSDTL,
    e.TRTSDT, e.TRTSDTM, e.TRTEDT, e.CUMDOSE, cast(e.CUMMISS as integer) as CUMMISS,
    cast(e.NCOURSE as integer) as NCOURSE, cast(e.NDOSE as integer) as NDOSE,
    ended.EOTDT, ended.EOTREAS,
    coalesce(ended.EOSDT, death.DTHDT) as EOSDT,
    coalesce(ended.DCSREAS, case when death.USUBJID is not null then 'DEATH' end) as DCSREAS,
    -- On study are those who have not left it: known where the ends of treatment and study are told apart, or neither
    -- came
    case when death.USUBJID is not null then 'DIED'
         when told.EPOCH and coalesce(cast(ended.EOSDT as varchar), ended.DCSREAS) is not null
             then 'OFF STUDY'
         when told.ONEEND and ended.ENDEDTRT then null
         when told.EPOCH or (told.DS and ended.USUBJID is null) then 'ONGOING'
    end as EOSSTT,
    death.DTHDT,
    case when death.USUBJID is not null then 'Y' end as DTHFL,
    case when milestone.STATED or e.TRTSDT is not null or f.FIRSTCD is not null then 'Y' else 'N' end as ENRLFL,
    case when e.TRTSDT is not null or f.FIRSTCD is not null then 'Y' else 'N' end as SAFFL,
    pa.PANTDOX, cast(coalesce(pa.PANTMISS, 0) as integer) as PANTMISS,
    case when transplant.FIRSTDT is not null and (e.TRTSDT is null or transplant.FIRSTDT < e.TRTSDT) then 'Y'
        else 'N' end as PRIHSCT,
    transplant.HSCTDT,
    body.WEIGHT, body.HEIGHT, body.BSA,
    (select CUTDT from trial.cut) as CUTDT
from arm
left join counted on counted.USUBJID = arm.USUBJID
left join armorder on armorder.ARMKEY = arm.ARMKEY
left join exposure as e on e.USUBJID = arm.USUBJID
left join firstdose as f on f.USUBJID = arm.USUBJID
left join awaiting as w on w.USUBJID = arm.USUBJID
left join freed on freed.USUBJID = arm.USUBJID
left join aged on aged.USUBJID = arm.USUBJID
left join trial.age_band as b on floor(aged.AGEYEARS) between b.AGELO and b.AGEHI
left join trial.site as s on s.SITEID = arm.SITEID
left join named_disease on named_disease.USUBJID = arm.USUBJID
left join cohorttold as cohort on cohort.USUBJID = arm.USUBJID
left join milestone on milestone.USUBJID = arm.USUBJID
left join ended on ended.USUBJID = arm.USUBJID
left join death on death.USUBJID = arm.USUBJID
cross join told
left join prior_anthracycline as pa on pa.USUBJID = arm.USUBJID
left join transplant on transplant.USUBJID = arm.USUBJID
left join baseline_body as body on body.USUBJID = arm.USUBJID
order by arm.USUBJID

-- Question: how high did creatinine rise in each treated subject, which KDIGO stage is it, how low was estimated GFR?
-- Grain: one treated subject that the filters leave; creatinine in µmol/L, estimated GFR (EGFR) in mL/min/1.73 m².
-- RATIO: over the lowest result of the 7 days before; without one over baseline (PRESUMED). An injury lasts until a
-- result is below 1.5 times what it was first compared with; while it lasts RATIO is over that, where it is the lower.
-- RISE: above the lowest of the 48 hours before, by the clock where both results have one, else of 2 calendar days.
-- STAGEBY: PRESUMED, over baseline; LASTING, over the lowest of the 7 days before the injury; DIALYSIS.
-- STAGE: equal to stats.kidney.kdigo_stage; 3 of dialysis (PR), unless surely before the first infusion. Urine output
-- not judged.
-- EGFR: equal to stats.kidney: bedside Schwartz under 18 years and CKiD U25 from 18 to 25, or CKiD U25 throughout
-- ($formula: SCHWARTZ, U25), with the latest height up to that day, without one the first of the 30 days after it.
-- CHANGING: an injury by the results of the days before it, or more than $steady away from the result before it within
-- 7 days: no EGFR is read from it.
-- STAGECD: why there is no stage: NONE (no result after the first infusion), UNREAD, NO BASE.
with treated as (
    select USUBJID, SUBJID, coalesce(TRTA, 'No planned level') as TRTA, TRTAN, DISEASE, AGE, SEX, TRTSDT
    from selected where SAFFL = 'Y'
),
delivered as (
    select
        l.USUBJID, l.LBSEQ, l.ADT, l.ADTF, l.ADTM, l.ADY, l.POSTFL, l.ABLFL, l.ATOXGRH, l.AVALQ,
        if(l.AVAL > 0, l.AVAL * u.SIFACTOR, null) as X, if(l.BASE > 0, l.BASE * u.SIFACTOR, null) as BASE,
        if(l.ANRHI > 0, l.ANRHI * u.SIFACTOR, null) as ULN
    from adlb as l
    join treated as t on t.USUBJID = l.USUBJID
    left join reference.lab_unit as u on u.ANALYTE = 'creatinine'
        and u.UNIT = replace(replace(replace(lower(l.AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u')
    where l.PARAMCD = 'CREAT' and coalesce(l.NOTERM, '') not in ('not done', 'specimen is not blood')
),
height as (
    -- a number may be delivered as text alone
    select
        USUBJID, VSDT, coalesce(VSSTRESC, VSORRES) as TEXT,
        coalesce(VSSTRESN, case when regexp_full_match(TEXT, '[0-9]+([.][0-9]*)?') then cast(TEXT as double) end)
            as RESULT,
        RESULT * case lower(coalesce(VSSTRESU, case when try_cast(VSORRES as double) = RESULT then VSORRESU end))
                when 'cm' then 1 when 'm' then 100 when 'in' then 2.54 end as CM
    from source.vs
    where upper(VSTESTCD) = 'HEIGHT' and VSDT is not null and VSDTF is null and CM > 0
    qualify row_number() over (partition by USUBJID, VSDT order by VSSEQ desc) = 1
),
dialysis as (
    select distinct p.USUBJID
    from source.pr as p
    join treated as t on t.USUBJID = p.USUBJID
    where regexp_matches(upper(concat_ws(' ', p.PRTRT, p.PRDECOD)), 'DIALYSIS|H(A)?EMOFILTRATION|RENAL REPLACEMENT')
      and upper(left(coalesce(p.PROCCUR, 'Y'), 1)) <> 'N'
      and coalesce(p.PRSTDTL, p.PRENDTL, t.TRTSDT) >= t.TRTSDT
),
readable as (
    select
        d.*, t.AGE, t.SEX, coalesce(h.CM, if(a.VSDT - d.ADT <= 30, a.CM, null)) as CM,
        count(*) over earlier > 0 as KNOWN7, min(d.X) over week as LOW7, row_number() over in_order as PLACE,
        case when d.ADTM is null then min(d.X) over two_days
            else least(min(d.X) filter (where d.ADTM is null) over two_days, min(d.X) over two_days_timed) end as LOW48,
        lag(d.X) over in_order as BEFORE, lag(d.ADT) over in_order as BEFOREDT
    from delivered as d
    join treated as t on t.USUBJID = d.USUBJID
    asof left join height as h on h.USUBJID = d.USUBJID and h.VSDT <= d.ADT
    asof left join height as a on a.USUBJID = d.USUBJID and a.VSDT >= d.ADT
    where d.X is not null and d.ADT is not null and d.ADTF is null
    window
        -- of equal results of a day the one without a time first, then by number: always the same one is the later
        in_order as (partition by d.USUBJID order by d.ADT, d.X, d.ADTM nulls first, d.LBSEQ),
        earlier as (
            partition by d.USUBJID order by d.ADT range between interval 7 days preceding and interval 1 day preceding
        ),
        week as (partition by d.USUBJID order by d.ADT range between interval 7 days preceding and current row),
        two_days as (partition by d.USUBJID order by d.ADT range between interval 2 days preceding and current row),
        two_days_timed as (
            partition by d.USUBJID, d.ADTM is null order by d.ADTM
            range between interval 48 hours preceding and current row
        )
),
factor as (
    select
        *,
        case
            when AGE >= 1 and AGE < 18 and $formula = 'SCHWARTZ' then 0.413 * CM * 88.4
            when AGE > 25 or AGE < 1 or AGE is null then null
            when SEX = 'M' then CM / 100 * 88.4 * case when AGE >= 18 then 50.8
                when AGE < 12 then 39.0 * pow(1.008, AGE - 12) else 39.0 * pow(1.045, AGE - 12) end
            when SEX = 'F' then CM / 100 * 88.4 * case when AGE >= 18 then 41.4
                when AGE < 12 then 36.1 * pow(1.008, AGE - 12) else 36.1 * pow(1.023, AGE - 12) end
        end / X as EGFR,
        case when KNOWN7 then LOW7 else BASE end as FROMX, X - LOW48 as RISE,
        coalesce(X / FROMX >= 1.5 * (1 - 1e-9) or RISE >= 26.5 * (1 - 1e-9), false) as ACUTE
    from readable
),
injury as (
    select
        i.USUBJID, i.PLACE, i.FROMX, i.KNOWN7,
        min(e.PLACE) as ENDPLACE
    from factor as i
    left join factor as e on e.USUBJID = i.USUBJID and e.PLACE > i.PLACE and e.X < 1.5 * (1 - 1e-9) * i.FROMX
    where i.ACUTE and i.POSTFL = 'Y' and i.FROMX is not null
    group by all
),
-- the injury that lasts whose comparison is the lowest
lasting as (
    select f.USUBJID, f.PLACE, min(row(i.FROMX, i.KNOWN7)) as FIRST
    from factor as f
    join injury as i on i.USUBJID = f.USUBJID and f.PLACE > i.PLACE and coalesce(f.PLACE < i.ENDPLACE, true)
    group by all
),
compared as (
    select
        f.*, f.X / least(f.FROMX, l.FIRST[1]) as RATIO,
        case when coalesce(l.FIRST[1] < f.FROMX, f.FROMX is null and l.FIRST is not null)
                then if(l.FIRST[2], 'LASTING', 'PRESUMED')
            when f.KNOWN7 then 'WEEK' else 'PRESUMED' end as BYCD
    from factor as f
    left join lasting as l on l.USUBJID = f.USUBJID and l.PLACE = f.PLACE
),
staged as (
    select
        *,
        case
            when POSTFL is distinct from 'Y' then null
            when RATIO is null and RISE >= 26.5 * (1 - 1e-9) and X >= 353.6 then 3
            when RATIO is null then null
            when (RATIO >= 1.5 * (1 - 1e-9) or RISE >= 26.5 * (1 - 1e-9))
                and (RATIO >= 3 * (1 - 1e-9) or X >= 353.6 * (1 - 1e-9)
                    or coalesce(AGE < 18 and EGFR < 35, false)) then 3
            when RATIO >= 2 * (1 - 1e-9) then 2
            when RATIO >= 1.5 * (1 - 1e-9) or RISE >= 26.5 * (1 - 1e-9) then 1
            else 0
        end as STAGE,
        coalesce(ADT - BEFOREDT <= 7 and abs(X / BEFORE - 1) > $steady, false) as JUMPED
    from compared
),
steady as (
    select *, JUMPED or (ACUTE and POSTFL = 'Y') as CHANGING from staged
),
summed as (
    select
        USUBJID,
        max(X) filter (where POSTFL = 'Y') as PEAK, arg_min(ADY, row(-X, PLACE)) filter (where POSTFL = 'Y') as PEAKDY,
        max(X / BASE) filter (where POSTFL = 'Y') as XBASE, max(X / ULN) filter (where POSTFL = 'Y') as XULN,
        any_value(BASE) as BASE, max(STAGE) as STAGE,
        min(row(-STAGE, ADT, ADY, BYCD, RATIO)) filter (where STAGE is not null) as WORST,
        count(*) filter (where POSTFL = 'Y') as NPOST, count(*) filter (where POSTFL = 'Y' and STAGE is null) as NOPEN,
        max(EGFR) filter (where ABLFL = 'Y' and not CHANGING) as EGFRBASE,
        min(EGFR) filter (where POSTFL = 'Y' and not CHANGING) as EGFRLOW,
        arg_min(ADY, row(EGFR, PLACE)) filter (where POSTFL = 'Y' and not CHANGING and EGFR is not null)
            as EGFRLOWDY,
        count(*) filter (where (POSTFL = 'Y' or ABLFL = 'Y') and CHANGING) as NCHANGING,
        bool_or(CM is not null) as HASHEIGHT, max(ULN) as ULN
    from steady
    group by USUBJID
),
graded as (
    select
        USUBJID, max(ATOXGRH) filter (where POSTFL = 'Y') as GRADE,
        -- a result without a whole date may be a later one
        count(*) filter (where POSTFL = 'Y' or (POSTFL is null and ABLFL is null)) as NLATER
    from delivered
    group by USUBJID
)
select
    t.USUBJID, t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE, t.AGE, t.SEX, s.BASE, s.PEAK, s.PEAKDY, s.XBASE, s.XULN, s.ULN,
    cast(case when d.USUBJID is not null then 3 else s.STAGE end as integer) as STAGE,
    case when d.USUBJID is not null then null else s.WORST[3] end as STAGEDY,
    case when d.USUBJID is null then s.WORST[5] end as RATIO,
    case when d.USUBJID is not null then 'DIALYSIS'
         when s.STAGE > 0 and s.WORST[4] <> 'WEEK' then s.WORST[4] end as STAGEBY,
    case when d.USUBJID is not null or s.STAGE is not null then null
         when coalesce(g.NLATER, 0) = 0 then 'NONE'
         when coalesce(s.NPOST, 0) = 0 then 'UNREAD'
         else 'NO BASE' end as STAGECD,
    cast(coalesce(s.NOPEN, 0) as integer) as NOPEN, cast(g.GRADE as integer) as GRADE,
    s.EGFRBASE, s.EGFRLOW, s.EGFRLOWDY, cast(coalesce(s.NCHANGING, 0) as integer) as NCHANGING,
    case when s.EGFRBASE is not null or s.EGFRLOW is not null or s.NPOST is null then null
         when t.AGE is null or t.AGE < 1 or t.AGE > 25 then 'AGE'
         when not s.HASHEIGHT then 'HEIGHT'
         when t.SEX not in ('M', 'F') or t.SEX is null then 'SEX' end as EGFRCD
from treated as t
left join summed as s on s.USUBJID = t.USUBJID
left join graded as g on g.USUBJID = t.USUBJID
left join dialysis as d on d.USUBJID = t.USUBJID
order by STAGE desc nulls last, s.XBASE desc nulls last, t.SUBJID, t.USUBJID

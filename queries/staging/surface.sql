-- Question: how large was each subject's body surface, and how heavy the subject, on the day of a dose, as last
--     measured
-- on or before it?
-- Grain: one subject and day on which a study dose (EX) or a medicine (CM) started.
-- Reads: source.cm, source.ex, source.vs
-- Kept: no
-- Measured surface first, else from height and weight (Mosteller, NEJM 1987;317:1098); missing where the measurement
-- is later, has a partial date or an unknown unit, or where the surface or the weight is not a human one.
with dosed as (
    select USUBJID, EXSTDT as DOSEDT from source.ex where EXSTDT is not null
    union
    select USUBJID, coalesce(CMSTDT, CMENDT) from source.cm
    where coalesce(CMSTDT, CMENDT) is not null
),
-- a number may be delivered as text alone
result as (
    select
        USUBJID, VSDT, VSSEQ, VSTESTCD, VSDTF, coalesce(VSSTRESC, VSORRES) as TEXT,
        coalesce(VSSTRESN, case when regexp_full_match(TEXT, '[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
            then cast(TEXT as double) end) as RESULT,
        case when VSSTRESN is null and VSSTRESC is null then VSORRESU else VSSTRESU end as UNIT
    from source.vs
),
measured as (
    select
        USUBJID, VSDT, coalesce(VSSEQ, 0) as VSSEQ, upper(VSTESTCD) as TESTCD,
        RESULT * case upper(VSTESTCD)
            when 'HEIGHT' then case lower(coalesce(UNIT, 'cm')) when 'cm' then 1 when 'm' then 100
                when 'in' then 2.54 end
            when 'WEIGHT' then case lower(coalesce(UNIT, 'kg')) when 'kg' then 1 when 'g' then 0.001
                when 'lb' then 0.45359237 end
            when 'BSA' then case when replace(replace(replace(lower(coalesce(UNIT, 'm2')), '²', '2'), '^', ''),
                '**', '') = 'm2' then 1 end
        end as AVAL
    from result
    where VSDT is not null and VSDTF is null and RESULT > 0
),
latest as (
    select
        d.USUBJID, d.DOSEDT,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'BSA') as BSA,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'HEIGHT') as HEIGHT,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'WEIGHT') as WEIGHT
    from dosed as d
    join measured as m on m.USUBJID = d.USUBJID and m.VSDT <= d.DOSEDT
    where m.AVAL is not null
    group by d.USUBJID, d.DOSEDT
),
sized as (
    select
        *, coalesce(BSA, sqrt(HEIGHT * WEIGHT / 3600)) as SURFACE,
        case when BSA is not null then 'measured' else 'from height and weight' end as BSASRC
    from latest
)
select
    USUBJID, DOSEDT, BSASRC,
    case when SURFACE between 0.1 and 4 then SURFACE end as BSA,
    case when WEIGHT between 0.3 and 400 then WEIGHT end as WEIGHT
from sized

-- Question: how large was each subject's body surface, and how heavy the subject, on the day of a dose, as last
--     measured
-- on or before it?
-- Grain: one subject and day on which a study dose (EX) or a medicine (CM) started.
-- Reads: body, source.cm, source.ex
-- Kept: no
-- Measured surface first, else from height and weight (Mosteller, NEJM 1987;317:1098); missing where the measurement
-- is later, has a partial date or no known unit, or where the surface or the weight is not a human one.
with dosed as (
    select USUBJID, EXSTDT as DOSEDT from source.ex where EXSTDT is not null
    union
    select USUBJID, coalesce(CMSTDT, CMENDT) from source.cm
    where coalesce(CMSTDT, CMENDT) is not null
),
latest as (
    select
        d.USUBJID, d.DOSEDT,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'BSA') as BSA,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'HEIGHT') as HEIGHT,
        arg_max(m.AVAL, (m.VSDT, m.VSSEQ)) filter (where m.TESTCD = 'WEIGHT') as WEIGHT
    from dosed as d
    join body as m on m.USUBJID = d.USUBJID and m.VSDT <= d.DOSEDT
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

-- Question: what was delivered of the ECG, as a number in its unit, and what has no number or no unit that is known?
-- Grain: one delivered record of QT, RR, heart rate or a corrected QT that was done.
-- Kept: no
-- Reads: deathday, source.eg
-- A number may come with its unit in the text ("510 ms"). REASONCD, with no RESULT: AFTER DEATH (surely after the
-- recorded death), NO RESULT, LIMIT (a limit or a range, such as >500 or 480-500), UNREADABLE; UNKNOWN UNIT with one.
with code (PARAMCD, TESTCD) as (
    values
        ('QT', 'QT'), ('QT', 'QTAG'), ('QT', 'QTMEAN'), ('QT', 'INTP_QT'),
        ('RR', 'RR'), ('RR', 'RRAG'), ('RR', 'RRMEAN'), ('RR', 'INTP_RR'),
        ('HR', 'EGHRMN'), ('HR', 'HR'), ('HR', 'HRMEAN'), ('HR', 'VRATE'),
        ('QTCF', 'QTCF'), ('QTCF', 'QTCFAG'), ('QTCF', 'QTCFMEAN'),
        ('QTCB', 'QTCB'), ('QTCB', 'QTCBAG'), ('QTCB', 'QTCBMEAN')
),
texted as (
    select
        eg.*, code.PARAMCD, eg.EGDT > e.DTHDTL as DEAD,
        trim(coalesce(cast(eg.EGSTRESN as varchar), eg.EGSTRESC, eg.EGORRES)) as TEXT,
        regexp_extract(
            trim(coalesce(eg.EGSTRESC, eg.EGORRES)),
            '^([0-9]+(?:[.][0-9]+)?)\s*(ms|msec|milliseconds|s|sec|seconds|bpm|beats/min|/min)$',
            ['NUMBER', 'UNIT'], 'i'
        ) as PARTS
    from source.eg as eg
    join code on code.TESTCD = upper(eg.EGTESTCD)
    left join deathday as e on e.USUBJID = eg.USUBJID
    where upper(coalesce(eg.EGSTAT, '')) <> 'NOT DONE'
),
numbered as (
    select
        *,
        coalesce(EGSTRESN, try_cast(EGSTRESC as double), try_cast(EGORRES as double)) as PLAIN,
        try_cast(PARTS.NUMBER as double) as WRITTEN,
        lower(coalesce(
            case when coalesce(cast(EGSTRESN as varchar), EGSTRESC) is null then EGORRESU else EGSTRESU end,
            case when PARAMCD = 'HR' then 'beats/min' else 'ms' end
        )) as UNITLC
    from texted
),
united as (
    select
        * exclude (UNITLC),
        case when PLAIN is null and WRITTEN is not null then lower(PARTS.UNIT) else UNITLC end as UNIT,
        case when PARAMCD = 'HR' then UNIT in ('beats/min', 'bpm', '/min', 'beats per minute')
             else UNIT in ('ms', 'msec', 'milliseconds', 's', 'sec', 'seconds') end as KNOWNUNIT
    from numbered
)
select
    * exclude (DEAD, PARTS, PLAIN, WRITTEN, KNOWNUNIT),
    case when not coalesce(DEAD, false) then coalesce(PLAIN, WRITTEN) end as RESULT,
    case when DEAD then 'AFTER DEATH'
         when TEXT is null then 'NO RESULT'
         when coalesce(PLAIN, WRITTEN) is not null then case when not coalesce(KNOWNUNIT, false) then 'UNKNOWN UNIT' end
         when regexp_matches(TEXT, '^\s*[<>≤≥=]+\s*[0-9]')
            or regexp_matches(TEXT, '^[0-9.]+.*(-|–|—|to)\s*[0-9.]+', 'i')
            or regexp_matches(
                TEXT, '^(less|more|greater|below|under|above|over|at least|at most|up to|not).*[0-9]', 'i')
            then 'LIMIT'
         else 'UNREADABLE' end as REASONCD
from united

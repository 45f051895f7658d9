-- Question: what was delivered of the ECG, as a number in its unit, and what has no number or no unit that is known?
-- Grain: one delivered record of QT, RR, heart rate or a corrected QT that was done.
-- Kept: no
-- Reads: deathday, source.eg, trial.settings
-- A number may come with its name and its unit in the text ("QTcF 510 ms"), or with a comma; 1_30, nan and 1e400 are no
-- numbers. REASONCD, with no RESULT: AFTER DEATH (surely after the recorded death), NO RESULT, LIMIT (a limit or a
-- range, such as >500 or 480-500, also where a number beside it lost its sign), UNREADABLE; with one UNKNOWN UNIT, or
-- DOUBTFUL: no QT or heart rate is of that size (0.51 ms), or the number and the text of the record differ.
-- LEASTMS and MOSTMS: the least and the most that a corrected QT delivered as a limit or a range can be, in ms.
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
        regexp_matches(coalesce(eg.EGSTRESC, eg.EGORRES), '^\s*[<>≤≥]')
            or (regexp_matches(eg.EGORRES, '^\s*[<>≤≥]')
                and coalesce(eg.EGORRESU, '') = coalesce(eg.EGSTRESU, '')) as SIGNED,
        trim(case when SIGNED then case when regexp_matches(eg.EGSTRESC, '^\s*[<>≤≥]') then eg.EGSTRESC
                else eg.EGORRES end
            else coalesce(cast(eg.EGSTRESN as varchar), eg.EGSTRESC, eg.EGORRES) end) as TEXT,
        replace(regexp_replace(trim(coalesce(eg.EGSTRESC, eg.EGORRES)), '^(qtc?[fb]?|rr|hr)\s*[:=]?\s*', '', 'i'),
            ',', '.') as BARE,
        regexp_extract(
            BARE, '^([0-9]+(?:[.][0-9]+)?)\s*(ms|msec|milliseconds|s|sec|seconds|bpm|beats/min|/min)$',
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
        case when not coalesce(SIGNED, false) then coalesce(EGSTRESN,
            case when regexp_full_match(BARE, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
                then cast(BARE as double) end) end as PLAIN,
        cast(nullif(PARTS.NUMBER, '') as double) as WRITTEN,
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
             else UNIT in ('ms', 'msec', 'millisecond', 'milliseconds', 's', 'sec', 'seconds') end as KNOWNUNIT,
        -- a limit or a range with plain signs and without its unit
        regexp_replace(regexp_replace(replace(lower(TEXT), ',', '.'),
            '([0-9])\s*(milliseconds|msec|ms|seconds|sec|s)\b', '\1', 'g'), '\s*(–|—|−)\s*', '-', 'g') as WORDS,
        regexp_extract(lower(TEXT), '[0-9]\s*(milliseconds|msec|ms|seconds|sec|s)\b', 1) as WORDSUNIT
    from numbered
),
limited as (
    select
        *,
        trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(WORDS,
            '^(≤|=<|less than or equal( to)?|up to|at most|(not|no) (more|greater|higher) than|not above)\s*', '<='),
            '^(≥|=>|(more|greater) than or equal( to)?|at least|(not|no) (less|lower) than|not below)\s*', '>='),
            '^((less|lower) than|below|under|lt)\s*', '<'), '^((more|greater|higher) than|above|over|gt)\s*', '>'),
            '^([0-9.]+)\s*(or|and) (less|lower|below|under)$', '<=\1'),
            '^([0-9.]+)\s*((or|and) (more|higher|greater|above|over)|[+])$', '>=\1')) as LIMITS,
        case when coalesce(nullif(WORDSUNIT, ''), UNIT) in ('ms', 'msec', 'millisecond', 'milliseconds') then 1
             when coalesce(nullif(WORDSUNIT, ''), UNIT) in ('s', 'sec', 'seconds') then 1000 end as FACTOR
    from united
),
bounded as (
    select
        *,
        case when PARAMCD in ('QTCF', 'QTCB') and PLAIN is null and WRITTEN is null
            and regexp_full_match(LIMITS, '[<>]=?\s*[0-9]+([.][0-9]+)?'
                || '|[0-9]+([.][0-9]+)?\s*(-|to)\s*[0-9]+([.][0-9]+)?')
            then [cast(x as double) * FACTOR for x in regexp_extract_all(LIMITS, '[0-9]+(?:[.][0-9]+)?')] end as ENDS
    from limited
),
doubted as (
    select
        b.*, coalesce(PLAIN, WRITTEN) * case when UNIT in ('s', 'sec', 'seconds') then 1000 else 1 end as SIZE,
        coalesce(case b.PARAMCD when 'HR' then SIZE not between RATEFROM and RATETO
            when 'RR' then SIZE not between 60000 / RATETO and 60000 / RATEFROM
            else SIZE not between QTFROM and QTTO end, false)
            or coalesce(abs(PLAIN - try_cast(BARE as double)) > 0.01 * abs(PLAIN)
                and (EGSTRESC is not null or lower(EGORRESU) = lower(EGSTRESU)), false) as DOUBTFUL
    from bounded as b
    cross join trial.settings
)
select
    * exclude (DEAD, SIGNED, BARE, PARTS, PLAIN, WRITTEN, KNOWNUNIT, WORDS, WORDSUNIT, LIMITS, FACTOR, ENDS, SIZE,
        DOUBTFUL),
    case when not coalesce(DEAD, false) and not DOUBTFUL then coalesce(PLAIN, WRITTEN) end as RESULT,
    case when DEAD then 'AFTER DEATH'
         when TEXT is null then 'NO RESULT'
         when coalesce(PLAIN, WRITTEN) is not null then
             case when not coalesce(KNOWNUNIT, false) then 'UNKNOWN UNIT' when DOUBTFUL then 'DOUBTFUL' end
         when SIGNED or ENDS is not null or regexp_matches(TEXT, '^[0-9.]+.*(-|–|—|to)\s*[0-9.]+', 'i')
            or regexp_matches(LIMITS, '^[<>]=?\s*[0-9.]+$') or regexp_matches(TEXT, '^=+\s*[0-9]|^(less|more|greater|'
                || 'lower|higher|below|under|above|over|at least|at most|up to|not|no) .*[0-9]', 'i') then 'LIMIT'
         else 'UNREADABLE' end as REASONCD,
    -- a limit without its own value lies beyond it
    case when LIMITS like '<%' then 0 when LIMITS like '>=%' then ENDS[1] when LIMITS like '>%' then ENDS[1] + 0.0001
        else list_min(ENDS) end * case when ENDS[1] is not null then 1 end as LEASTMS,
    case when LIMITS like '>%' then null when LIMITS like '<=%' then ENDS[1] when LIMITS like '<%' then ENDS[1] - 0.0001
        else list_max(ENDS) end as MOSTMS
from doubted

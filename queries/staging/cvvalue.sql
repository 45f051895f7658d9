-- Question: what was delivered of the heart (ejection and shortening fraction, strain, troponin, NT-proBNP), as values
--     in one unit, placed before or after the first infusion, and which one counts for its day?
-- Grain: one delivered record of these tests, with or without a readable value.
-- Kept: no
-- Reads: adex, adsl, baselineflag, cvcoded, deathday, source.lb, trial.imaging_method, trial.settings
-- Reads: trial.test_code
-- SERIES: values compared with each other. A method is one of those spelled in the trial's definition; any other is a
-- series under its own name. COMPFL = 'N': no method stated, so never compared (with each other only where the whole
-- cut states none and the trial's setting allows it).
-- LO and HI: the least and the most that the value can be; a limit (<40) and a range (55-60) lie between, of a range
-- the lower, worse end is shown. Strain comes with and without its sign: sizes are compared, below is worse.
-- BEFOREFL: before the first infusion (Y) or after it (N). On its day the time decides, else the time point, else the
-- baseline flag; else it is not known. A baseline flag on a result after the first infusion is not followed (FLAGFL).
-- What is dated surely after the recorded death (DEADFL) has no value: it counts for nothing.
-- Several results of one day: the flagged baseline, one that can be judged, the reader that the trial names (an unnamed
-- one is the investigator; a word of the reader's name does, the whole name before it), the accepted one of several of
-- that reader (CVACPTFL), then before the first infusion the last and after it the worse one. Nothing is averaged.
-- RESULTCD, where it cannot be judged: DOUBTFUL (a number that no percentage is, such as 0.32 %, or of an unknown
-- unit, or numbers of one record that contradict each other), UNREADABLE, NO RESULT (a record without one and without a
-- reason), NOT DONE, AFTER DEATH.
with unit (ROLE, UNIT, FACTOR, STANDARD) as (
    values
        ('LVEF', '%', 1.0, '%'), ('LVEF', 'percent', 1.0, '%'), ('LVEF', 'fraction', 100.0, '%'),
        ('LVEF', 'fraction of 1', 100.0, '%'),
        ('SF', '%', 1.0, '%'), ('SF', 'percent', 1.0, '%'), ('SF', 'fraction', 100.0, '%'),
        ('SF', 'fraction of 1', 100.0, '%'),
        ('GLS', '%', 1.0, '%'), ('GLS', 'percent', 1.0, '%'),
        ('TROPONIN', 'ng/l', 1.0, 'ng/L'), ('TROPONIN', 'pg/ml', 1.0, 'ng/L'),
        ('TROPONIN', 'ng/ml', 1000.0, 'ng/L'), ('TROPONIN', 'ug/l', 1000.0, 'ng/L'),
        ('NTPROBNP', 'pg/ml', 1.0, 'pg/mL'), ('NTPROBNP', 'ng/l', 1.0, 'pg/mL'), ('NTPROBNP', 'pmol/l', 8.457, 'pg/mL'),
        ('NTPROBNP', 'ng/ml', 1000.0, 'pg/mL'), ('NTPROBNP', 'ug/l', 1000.0, 'pg/mL')
),
stated as (
    select count(*) as NSTATED
    from cvcoded as cv
    where cv.ROLE is not null and cv.CVMETHOD is not null
),
delivered as (
    select
        cv.USUBJID, cv.ROLE as PARAMCD, cv.CVSEQ as SRCSEQ, 'CV' as SRCDOM, cv.CVMETHOD,
        coalesce(m.SERIES, upper(trim(cv.CVMETHOD)), 'Method not stated') as SERIES,
        case when cv.CVMETHOD is not null or (s.NSTATED = 0 and u.UNSTATED) then 'Y' else 'N' end as COMPFL,
        cv.CVDT as ADT, cv.CVDTL as LATEST, cv.CVDTF as ADTF, cv.CVDTM as ADTM, cv.VISIT as AVISIT, cv.VISITNUM,
        cv.CVTPT as TIMEPOINT, cv.CVSTAT as STAT,
        -- a limit that the standardised result has lost is taken from the original one
        case when regexp_matches(cv.CVORRES, '^\s*[<>≤≥]') and coalesce(cv.CVORRESU, '') = coalesce(cv.CVSTRESU, '')
                and not regexp_matches(coalesce(cv.CVSTRESC, ''), '[<>≤≥]') then cv.CVORRES
            else coalesce(cv.CVSTRESC, cast(cv.CVSTRESN as varchar), cv.CVORRES) end as AVALC,
        cv.CVSTRESN as STRESN,
        coalesce(case when cv.CVSTRESC is null and cv.CVSTRESN is null then cv.CVORRESU else cv.CVSTRESU end, '%')
            as UNIT,
        cast(null as double) as HIGH,
        'Y' in (upper(left(cv.CVBLFL, 1)), upper(left(cv.CVLOBXFL, 1))) as FLAG, cv.CVEVAL as EVAL,
        cv.CVEVALID as EVALID,
        case when coalesce(lower(cv.CVORRESU), '%') = coalesce(lower(cv.CVSTRESU), '%') then cv.CVORRES end as ORRES,
        coalesce(upper(left(cv.CVACPTFL, 1)) = 'Y', false) as ACCEPTED, cv.CVREASND as REASND
    from cvcoded as cv
    left join trial.imaging_method as m on m.SPELLING = regexp_replace(lower(cv.CVMETHOD), '[^a-z0-9]', '', 'g')
    cross join stated as s
    cross join trial.settings as u
    where cv.ROLE is not null
    union all
    select
        lb.USUBJID, t.ROLE, lb.LBSEQ, 'LB', lb.LBMETHOD, upper(lb.LBTESTCD), 'Y',
        lb.LBDT, lb.LBDTL, lb.LBDTF, lb.LBDTM, lb.VISIT, lb.VISITNUM, lb.LBTPT, lb.LBSTAT,
        coalesce(lb.LBSTRESC, cast(lb.LBSTRESN as varchar), lb.LBORRES), lb.LBSTRESN,
        case when lb.LBSTRESC is null and lb.LBSTRESN is null then lb.LBORRESU else lb.LBSTRESU end,
        case when lb.LBSTRESC is not null or lb.LBSTRESN is not null then lb.LBSTNRHI
             when regexp_full_match(lb.LBORNRHI, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)')
                 then cast(lb.LBORNRHI as double) end,
        'Y' in (upper(left(lb.LBBLFL, 1)), upper(left(lb.LBLOBXFL, 1))), cast(null as varchar), null, null,
        false, lb.LBREASND
    from source.lb as lb
    join trial.test_code as t on upper(lb.LBTESTCD) = t.TESTCD and t.ROLE in ('TROPONIN', 'NTPROBNP')
),
first_infusion as (
    select x.USUBJID, s.TRTSDT, min(x.ASTDTM) as TRTSDTM
    from adex as x
    join adsl as s on s.USUBJID = x.USUBJID and s.TRTSDT = x.ASTDT
    group by x.USUBJID, s.TRTSDT
),
-- the text without its unit, with plain signs: a number, a limit or (of a fraction in percent) a range
cleaned as (
    select
        *, row_number() over (order by USUBJID, SRCDOM, PARAMCD, SRCSEQ, ADT, AVALC) as RESNUM,
        PARAMCD in ('TROPONIN', 'NTPROBNP') as ISMARKER,
        case when PARAMCD in ('TROPONIN', 'NTPROBNP') then trim(AVALC)
            else replace(regexp_replace(regexp_replace(regexp_replace(trim(AVALC), '[–—−]', '-', 'g'),
                '\s*(%|percent)', '', 'gi'), '^(lvef|ef|lvfs|fs|sf)\s*[:=]?\s*', '', 'i'), ',', '.') end as PLAIN
    from delivered
),
worded as (
    select
        *,
        trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(PLAIN,
            '^(≤|=<|less than or equal( to)?|up to|at most|not? (more|greater|higher) than|not above)\s*', '<=', 'i'),
            '^(≥|=>|(more|greater) than or equal( to)?|at least|not? (less|lower) than|not below)\s*', '>=', 'i'),
            '^((less|lower) than|below|under|lt)\s*', '<', 'i'),
            '^((more|greater|higher) than|above|over|gt)\s*', '>', 'i'),
            '^([0-9.]+)\s*(or|and) (less|lower|below|under)$', '<=\1', 'i'),
            '^([0-9.]+)\s*((or|and) (more|higher|greater|above|over)|[+])$', '>=\1', 'i'))
            as TEXT
    from cleaned
),
numbered as (
    select
        *,
        case when regexp_full_match(TEXT, '<=?\s*[0-9]+([.][0-9]+)?') then '<'
             when regexp_full_match(TEXT, '>=?\s*[0-9]+([.][0-9]+)?') then '>'
             when not ISMARKER and PARAMCD <> 'GLS'
                 and regexp_full_match(TEXT, '[0-9]+([.][0-9]+)?\s*(-|to)\s*[0-9]+([.][0-9]+)?') then '-' end as SIGN,
        [try_cast(x as double) for x in regexp_extract_all(TEXT, '[0-9]+(?:[.][0-9]+)?')] as NUMBERS,
        case when regexp_full_match(TEXT, '[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]{1,2})?')
            then try_cast(TEXT as double) end as NUMBER,
        try_cast(regexp_extract(replace(ORRES, ',', '.'), '^\s*([0-9]+[.]?[0-9]*)\s*(%|percent)?\s*$', 1) as double)
            as ORIGINAL
    from worded
),
parsed as (
    select
        d.*, u.STANDARD, u.FACTOR, f.TRTSDT, f.TRTSDTM, d.SIGN as AVALQ,
        case when d.ADT > e.DTHDTL then null else
            case d.SIGN when '-' then list_min(d.NUMBERS) when '<' then d.NUMBERS[1] when '>' then d.NUMBERS[1]
                else coalesce(d.STRESN, d.NUMBER) end end * coalesce(u.FACTOR, 1) as AVAL,
        case when d.ADT > e.DTHDTL then 'Y' end as DEADFL,
        case d.SIGN when '-' then list_max(d.NUMBERS) end * coalesce(u.FACTOR, 1) as RANGETOP,
        d.HIGH * u.FACTOR as ANRHI,
        -- the same percentage, rounded or not
        not d.ISMARKER and d.STRESN is not null and coalesce(greatest(abs(d.STRESN - d.NUMBER),
            abs(d.STRESN - d.ORIGINAL)) * coalesce(u.FACTOR, 1) >= 1, false) as CONTRADICTED
    from numbered as d
    left join unit as u on u.ROLE = d.PARAMCD and u.UNIT = replace(replace(lower(trim(d.UNIT)), 'µ', 'u'), 'μ', 'u')
    left join first_infusion as f on f.USUBJID = d.USUBJID
    left join deathday as e on e.USUBJID = d.USUBJID
),
bounded as (
    select
        *,
        -- an impossible percentage or an unknown unit is kept, and judged by nobody
        case when FACTOR is not null and not CONTRADICTED and (ISMARKER or (coalesce(RANGETOP, 1) <= 100
            and case PARAMCD when 'GLS' then abs(AVAL) else AVAL end between 1 and 100)) then 'Y' else 'N' end
            as JUDGEFL,
        case AVALQ when '<' then 0 when '>' then AVAL + case when TEXT like '>=%' then 0 else 0.0001 end
            else abs(AVAL) end as LO,
        case AVALQ when '<' then AVAL - case when TEXT like '<=%' then 0 else 0.0001 end when '>' then 100
            when '-' then RANGETOP else abs(AVAL) end as HI,
        coalesce(FLAG, false) or (SRCDOM, USUBJID, cast(SRCSEQ as double)) in (
            select (DOMAIN, USUBJID, SEQ) from baselineflag
        ) as FLAGGED, upper(coalesce(TIMEPOINT, '')) as TPT
    from parsed
),
placed as (
    select
        *,
        case when LATEST < TRTSDT then 'Y'
             when ADT > TRTSDT then 'N'
             when ADTF is null and ADT = TRTSDT then
                case when ADTM is not null and TRTSDTM is not null then case when ADTM <= TRTSDTM then 'Y' else 'N' end
                     when regexp_matches(TPT, '(^|[^A-Z])(PRE|BEFORE|PRIOR|BASELINE|SCREEN)') then 'Y'
                     when regexp_matches(TPT, '(^|[^A-Z])(POST|END OF|EOI|DURING|AFTER)')
                        or regexp_matches(TPT, '^[+]?[0-9.]*[1-9][0-9.]* *(H|HR|HOUR|M|MIN)') then 'N'
                     when FLAGGED then 'Y' end
        end as BEFOREFL
    from bounded
),
flagged as (
    select
        p.*,
        case when FLAGGED then case when BEFOREFL = 'N' then 'N' else 'Y' end end as FLAGFL,
        concat_ws(', ', p.EVAL, p.EVALID) as WHO,
        case when upper(trim(coalesce(p.EVAL, 'INVESTIGATOR'))) = s.READER then 0
             when regexp_matches(upper(concat_ws(', ', p.EVAL, p.EVALID)),
                 '(^|[^A-Z])' || regexp_escape(s.READER) || '([^A-Z]|$)') then 1
             else 2 end as READERN
    from placed as p
    cross join (select READER from trial.settings) as s
)
select
    * exclude (ORRES, ORIGINAL, CONTRADICTED, PLAIN, TEXT, NUMBERS, NUMBER, SIGN, TPT, FLAGGED, FLAG, HIGH, STRESN,
        RANGETOP, EVAL, EVALID, WHO, REASND),
    nullif(WHO, '') as EVAL,
    case when DEADFL = 'Y' then 'AFTER DEATH'
         when AVAL is not null then case when JUDGEFL = 'N' then 'DOUBTFUL' end
         when upper(trim(coalesce(STAT, ''))) = 'NOT DONE' and coalesce(AVALC, '') not similar to '.*[0-9].*'
             or regexp_full_match(upper(trim(AVALC)), 'NOT (DONE|PERFORMED)|ND|N/A|NA') then 'NOT DONE'
         when AVALC is null then case when REASND is null then 'NO RESULT' else 'NOT DONE' end
         else 'UNREADABLE' end as RESULTCD,
    count(*) filter (where AVAL is not null) over daily as NRES,
    case when AVAL is not null then row_number() over (
        partition by USUBJID, PARAMCD, SERIES, ADT, ADTF, BEFOREFL
        order by
            case when AVAL is null then 1 else 0 end,
            case when FLAGFL = 'Y' then 0 else 1 end,
            case when JUDGEFL = 'Y' then 0 else 1 end,
            READERN,
            ACCEPTED desc,
            case when BEFOREFL = 'Y' then 0 when ISMARKER then -AVAL else HI end,
            ADTM desc nulls last,
            SRCSEQ desc
    ) end as CHOICE
from flagged
window daily as (partition by USUBJID, PARAMCD, SERIES, ADT, ADTF, BEFOREFL)

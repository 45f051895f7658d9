-- Question: which concentrations were measured, how long after the start of which infusion, and may they be used?
-- Grain: one PC record of the parent drug or its metabolite; a sample NOT DONE keeps its row.
-- Reads: adex, reference.concentration_unit, source.pc, source.supp, trial.pk_flag, trial.settings, trial.test_code
-- NRRLT: planned hours after the start of the infusion, from PCELTM (ISO 8601), else from the words of PCTPT. What is
-- counted from the end of the infusion has the trial's planned length added. Words that name two times, a span, hours
-- before a dose or only "post infusion" (from its start or its end?) give none.
-- ARRLT: actual hours, from the clock times of sample and infusion alone; the start is that of EX, else PCRFTDTC where
-- that is not the end of the infusion.
-- AVAL in ng/mL; a number in a unit that is not known, or in moles without a molar mass, has none. BLQFL: below the
-- limit of quantification by its text, by its number, or zero; ALLOQ: that limit; AULOQ: the limit of a text ">9000".
-- EXCLFL: the sponsor leaves it out of the analysis (SUPPPC, ADPC). DUPFL: one of several results of one time.
-- MISTIMFL: drawn earlier or later than planned by more than the trial allows; an early sample before an infusion may
-- be as early as one that stands for its start.
with analyte as (
    select TESTCD, max(case ROLE when 'PARENT_DRUG' then 'PARENT' else 'METABOLITE' end) as PARAMCD
    from trial.test_code
    where ROLE in ('PARENT_DRUG', 'METABOLITE')
    group by TESTCD
),
worded as (
    select
        pc.*, analyte.PARAMCD, replace(lower(coalesce(PCTPT, '')), ',', '.') as WORDS,
        lower(coalesce(PCTPTREF, '')) as REFWORDS,
        '\beoi\b|\b(end|stop|completion)\b.*\binf|\binf[a-z]* (end|stop)' as ENDING
    from source.pc as pc
    join analyte on analyte.TESTCD = upper(pc.PCTESTCD)
),
duration as (
    select
        w.*, isfinite(INFHOURS) as HASLENGTH, INFHOURS,
        regexp_extract(upper(PCELTM), '^([+-]?)P(?:([0-9]+(?:[.][0-9]+)?)D)?'
            || '(?:T(?:([0-9]+(?:[.][0-9]+)?)H)?(?:([0-9]+(?:[.][0-9]+)?)M)?(?:([0-9]+(?:[.][0-9]+)?)S)?)?$',
            ['SIGN', 'D', 'H', 'M', 'S']) as ELAPSED,
        regexp_extract(WORDS, '(?:^|[^0-9.:+-])([+-]?) *([0-9]+(?:[.][0-9]+)?|[.][0-9]+) *(?:(h(?:ou)?(?:rs?)?)[. ]*'
            || '(?:([0-9]+) *m(?:in[a-z]*)?|([0-5][0-9]))?|m(?:in[a-z]*)?)(?:[^a-z0-9]|$)',
            ['SIGN', 'AMOUNT', 'HOURS', 'MINUTES', 'CLOCK']) as TIMEPOINT,
        regexp_matches(WORDS, '\bpre[- ]*(dose|inf)') as ISPREDOSE,
        regexp_matches(WORDS, '\b(before|prior)\b') as ISBEFORE,
        len(regexp_extract_all(WORDS, '[0-9] *(h|m(in|[^a-z]|$))')) as TIMES,
        regexp_matches(WORDS, '[0-9] *(-|–|to) *[.]?[0-9]') as ISSPAN,
        regexp_matches(WORDS, '\b(post|after)[- ]*(the )?inf') and not regexp_matches(WORDS, ENDING || '|\bstart')
            as ISPOST,
        regexp_matches(REFWORDS, ENDING) as ISREFEND, regexp_matches(WORDS, ENDING) as ISWORDEND,
        regexp_matches(REFWORDS, '\b(start|begin)') as ISREFSTART, coalesce(PCELTM, '') <> '' as HASELAPSED
    from worded as w
    cross join trial.settings
),
told_hours as (
    select
        *,
        case
            when ELAPSED.D <> '' or ELAPSED.H <> '' or ELAPSED.M <> '' or ELAPSED.S <> '' then
                (case ELAPSED.SIGN when '-' then -1 else 1 end) * (
                    24 * coalesce(cast(nullif(ELAPSED.D, '') as double), 0)
                    + coalesce(cast(nullif(ELAPSED.H, '') as double), 0)
                    + coalesce(cast(nullif(ELAPSED.M, '') as double), 0) / 60
                    + coalesce(cast(nullif(ELAPSED.S, '') as double), 0) / 3600)
            when ISSPAN or ISPOST or TIMES > case when TIMEPOINT.MINUTES = '' then 1 else 2 end then null
            when TIMEPOINT.AMOUNT <> '' then
                (case when TIMEPOINT.SIGN = '-' or ISBEFORE or ISPREDOSE then -1 else 1 end) * case
                    when TIMEPOINT.HOURS = '' then cast(TIMEPOINT.AMOUNT as double) / 60
                    when not ISPREDOSE or cast(TIMEPOINT.AMOUNT as double) = 0 then cast(TIMEPOINT.AMOUNT as double)
                        + coalesce(cast(nullif(TIMEPOINT.MINUTES || TIMEPOINT.CLOCK, '') as double), 0) / 60
                end
            when ISPREDOSE or ISWORDEND then 0
        end as TOLDHOURS,
        ISREFEND or ISWORDEND and not (HASELAPSED and (ISREFSTART or TIMEPOINT.AMOUNT = '')) as ISFROMEND
    from duration
),
planned as (
    select
        *,
        case
            when ISPREDOSE and TIMEPOINT.AMOUNT = '' and ISREFEND then 0
            when not ISFROMEND or ISPREDOSE and not HASELAPSED then TOLDHOURS
            when HASLENGTH then INFHOURS + TOLDHOURS
        end as NRRLT,
        regexp_extract(upper(coalesce(PCTPTREF, '')), '(?:COURSE|CYCLE|C) *([0-9]+).*?(?:DAY|D) *([0-9]+)', ['C', 'D'])
            as REFERENCE,
        regexp_extract(upper(coalesce(VISIT, '')), '(?:COURSE|CYCLE|C) *([0-9]+).*?(?:DAY|D) *([0-9]+)', ['C', 'D'])
            as VISITREF
    from told_hours
),
infusion as (
    select USUBJID, COURSE, COURSEDY, min(ASTDT) as ASTDT,
        case when count(ASTDTM) = count(*) then min(ASTDTM) end as ASTDTM
    from adex
    group by USUBJID, COURSE, COURSEDY
),
-- Which infusion a sample belongs to: the date of the reference dose first, then its name, then the sample's own
-- time less the planned hours (a 24-hour sample is drawn on the day of the next infusion), last the visit.
matched as (
    select
        p.*,
        coalesce(bydate.COURSE, try_cast(REFERENCE.C as integer), bytime.COURSE, try_cast(VISITREF.C as integer))
            as COURSE,
        coalesce(bydate.COURSEDY, try_cast(REFERENCE.D as integer), bytime.COURSEDY, try_cast(VISITREF.D as integer))
            as COURSEDY
    from planned as p
    left join infusion as bydate
        on bydate.USUBJID = p.USUBJID and bydate.ASTDT = p.PCRFTDT and p.PCRFTDTF is null
    left join infusion as bytime
        on bytime.USUBJID = p.USUBJID and p.PCDTF is null
        and bytime.ASTDT = cast(coalesce(p.PCDTM, cast(p.PCDT as timestamp) + interval 23 hours)
                                - to_minutes(cast(round(60 * greatest(p.NRRLT, 0)) as bigint)) as date)
),
-- the number and the unit of one pair of variables, the standardised where any of them came
told as (
    select
        m.* exclude (PCSEQ), i.ASTDTM, cast(PCSEQ as integer) as PCSEQ,
        coalesce(PCSTRESC, PCORRES) as TEXT,
        case when PCSTRESN is null and PCSTRESC is null then coalesce(PCORRESU, PCSTRESU)
            else coalesce(PCSTRESU, PCORRESU) end as UNIT,
        coalesce(PCSTRESN, case when regexp_full_match(TEXT, '[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
            then cast(TEXT as double) end) as NUMBER,
        regexp_extract(TEXT, '^\s*[<>≤≥]\s*=?\s*([0-9]+[.]?[0-9]*)\s*$', 1) as LIMITTEXT,
        regexp_matches(upper(TEXT), '^\s*([<≤]|BLQ|BLOQ|BQL|BLLOQ|LLOQ|BELOW\b)') as ISBELOW,
        regexp_matches(TEXT, '^\s*[>≥]') as ISABOVE
    from matched as m
    left join infusion as i on i.USUBJID = m.USUBJID and i.COURSE = m.COURSE and i.COURSEDY = m.COURSEDY
),
converted as (
    select
        t.*, s.PKLATE, s.PKLATEMIN, s.PKPREDOSE,
        u.FACTOR * case when u.MOLAR = 'Y' then case t.PARAMCD when 'PARENT' then s.MASSPARENT else s.MASSMETAB end
            else 1 end as RATE,
        case when isfinite(RATE) then RATE end as CONVERTED,
        coalesce(PCLLOQ, case when ISBELOW then try_cast(LIMITTEXT as double) end) as LOWEST
    from told as t
    cross join trial.settings as s
    left join reference.concentration_unit as u
        on u.UNIT = replace(replace(replace(lower(t.UNIT), ' ', ''), 'µ', 'u'), 'μ', 'u')
),
flagged as (
    select
        USUBJID, cast(IDVARVALN as integer) as PCSEQ,
        max(case when f.KIND = 'FLAG' and coalesce(QVALYN, QVAL) in ('Y', 'y') then 'Y' end) as EXCLFL,
        string_agg(distinct case when f.KIND = 'REASON' then QVAL end, '; ' order by case when f.KIND = 'REASON'
            then QVAL end) as EXCLRS
    from source.supp as s
    join trial.pk_flag as f on f.QNAM = upper(trim(s.QNAM))
    where RDOMAIN = 'PC' and IDVAR in ('PCSEQ', 'ASEQ')
    group by USUBJID, IDVARVALN
),
valued as (
    select
        c.*, f.EXCLFL, case when f.EXCLFL = 'Y' then f.EXCLRS end as EXCLRS,
        coalesce(ASTDTM, case when not ISREFEND then PCRFTDTM end) as REFDTM,
        date_diff('second', REFDTM, PCDTM) / 3600 as ARRLT,
        case when NUMBER >= 0 and not ISBELOW and not ISABOVE then NUMBER * CONVERTED end as AVAL,
        case when ISBELOW or NUMBER = 0 or (NUMBER > 0 and NUMBER < PCLLOQ and not ISABOVE) then 'Y' end as BLQFL
    from converted as c
    left join flagged as f on f.USUBJID = c.USUBJID and f.PCSEQ = c.PCSEQ
)
select
    USUBJID, PCSEQ, PARAMCD, coalesce(PCTEST, PCTESTCD) as PARAM,
    COURSE, COURSEDY, PCDT as ADT, PCDTF as ADTF, PCDTM as ADTM, REFDTM, NRRLT, ARRLT,
    AVAL, TEXT as AVALC, case when CONVERTED is null then UNIT else 'ng/mL' end as AVALU,
    case when LOWEST > 0 then LOWEST * CONVERTED end as ALLOQ,
    case when ISABOVE then try_cast(LIMITTEXT as double) * CONVERTED end as AULOQ,
    BLQFL, PCSPEC, upper(PCSTAT) as PCSTAT, PCREASND, EXCLFL, EXCLRS,
    case when TEXT is not null and coalesce(upper(PCSTAT), '') <> 'NOT DONE' and coalesce(ARRLT, NRRLT) is not null
            and COURSE is not null
            and count(*) filter (where TEXT is not null and coalesce(upper(PCSTAT), '') <> 'NOT DONE') over samples > 1
        then 'Y' end as DUPFL,
    case when TEXT is not null and coalesce(upper(PCSTAT), '') <> 'NOT DONE'
            and case when NRRLT > 0 then abs(ARRLT - NRRLT) > greatest(PKLATEMIN / 60, PKLATE * NRRLT) + 1e-6
                when NRRLT <= 0 then ARRLT > PKLATEMIN / 60 + 1e-6 or ARRLT < -PKPREDOSE - 1e-6 end
        then 'Y' end as MISTIMFL,
    VISIT
from valued
window samples as (partition by USUBJID, PARAMCD, PCSPEC, COURSE, COURSEDY,
    round(60 * coalesce(ARRLT, NRRLT)))
order by USUBJID, PARAMCD, COURSE, COURSEDY, NRRLT, PCSEQ

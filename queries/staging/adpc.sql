-- Question: which concentrations were measured, and at which planned time after which infusion?
-- Grain: one PC record of the parent drug or its metabolite; a sample NOT DONE keeps its row.
-- Reads: adex, source.pc, trial.test_code
-- NOMHOUR: planned hours after the start of the infusion, from PCELTM (ISO 8601), else from the words of PCTPT.
with analyte as (
    select TESTCD, max(case ROLE when 'PARENT_DRUG' then 'PARENT' else 'METABOLITE' end) as PARAMCD
    from trial.test_code
    where ROLE in ('PARENT_DRUG', 'METABOLITE')
    group by TESTCD
),
duration as (
    select
        pc.*, analyte.PARAMCD,
        regexp_extract(upper(PCELTM), '^([+-]?)P(?:([0-9]+(?:[.][0-9]+)?)D)?'
            || '(?:T(?:([0-9]+(?:[.][0-9]+)?)H)?(?:([0-9]+(?:[.][0-9]+)?)M)?(?:([0-9]+(?:[.][0-9]+)?)S)?)?$',
            ['SIGN', 'D', 'H', 'M', 'S']) as ELAPSED,
        regexp_extract(lower(PCTPT), '([0-9]+(?:\.[0-9]+)?) *(h|min)', ['AMOUNT', 'UNIT']) as TIMEPOINT
    from source.pc as pc
    join analyte on analyte.TESTCD = upper(pc.PCTESTCD)
),
planned as (
    select
        *,
        case
            when ELAPSED.D <> '' or ELAPSED.H <> '' or ELAPSED.M <> '' or ELAPSED.S <> '' then
                (case ELAPSED.SIGN when '-' then -1 else 1 end) * (
                    24 * coalesce(cast(nullif(ELAPSED.D, '') as double), 0)
                    + coalesce(cast(nullif(ELAPSED.H, '') as double), 0)
                    + coalesce(cast(nullif(ELAPSED.M, '') as double), 0) / 60
                    + coalesce(cast(nullif(ELAPSED.S, '') as double), 0) / 3600)
            when regexp_matches(lower(PCTPT), 'pre[- ]?(dose|infusion)') then 0
            when TIMEPOINT.AMOUNT <> '' then
                cast(TIMEPOINT.AMOUNT as double) / (case TIMEPOINT.UNIT when 'min' then 60 else 1 end)
        end as NOMHOUR,
        regexp_extract(upper(coalesce(PCTPTREF, '')), '(?:COURSE|CYCLE|C) *([0-9]+).*?(?:DAY|D) *([0-9]+)', ['C', 'D'])
            as REFERENCE,
        regexp_extract(upper(coalesce(VISIT, '')), '(?:COURSE|CYCLE|C) *([0-9]+).*?(?:DAY|D) *([0-9]+)', ['C', 'D'])
            as VISITREF
    from duration
),
infusion as (
    select USUBJID, COURSE, COURSEDY, min(ASTDT) as ASTDT
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
                                - to_minutes(cast(round(60 * greatest(p.NOMHOUR, 0)) as bigint)) as date)
)
select
    USUBJID, cast(PCSEQ as integer) as PCSEQ, PARAMCD, coalesce(PCTEST, PCTESTCD) as PARAM,
    COURSE, COURSEDY, PCDT as ADT, PCDTF as ADTF, PCDTM as ADTM, PCRFTDTM as REFDTM, NOMHOUR,
    coalesce(PCSTRESN, case when regexp_full_match(coalesce(PCSTRESC, PCORRES),
        '[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?') then cast(coalesce(PCSTRESC, PCORRES) as double) end)
        as AVAL,
    coalesce(PCSTRESC, PCORRES) as AVALC,
    case when PCSTRESN is null and PCSTRESC is null then coalesce(PCORRESU, PCSTRESU)
        else coalesce(PCSTRESU, PCORRESU) end as AVALU,
    PCLLOQ, upper(PCSTAT) as PCSTAT, PCREASND, VISIT
from matched
order by USUBJID, PARAMCD, COURSE, COURSEDY, NOMHOUR, PCSEQ

-- Question: what does each row of LB say was measured, in which unit, against which normal limits?
-- Grain: one row of LB.
-- Reads: baselineflag, labtest, labwords, source.lb, reference.lab_unit
-- Kept: no
-- Original results in another unit than the test's usual one are turned into it (CONVFL) where the standardised result
-- is blank. AVALQ: the mark of a value that is a limit (<, >; also one in words, labwords).
with signed as (
    select
        lb.* replace (coalesce(s.TEXT, lb.LBSTRESC) as LBSTRESC, coalesce(o.TEXT, lb.LBORRES) as LBORRES),
        coalesce(lb.LBSTRESC, lb.LBORRES) as AVALC
    from source.lb as lb
    left join labwords as s on s.DELIVERED = lb.LBSTRESC
    left join labwords as o on o.DELIVERED = lb.LBORRES
),
-- The number in a result as text: "5", "<5", "<= 5", "5 %"; a range ("5-10") has none. Only by this pattern, and only
-- where finite: 1_30, nan and 1e400 are no numbers.
written as (
    select
        *,
        try_cast(regexp_extract(LBSTRESC,
            '^[<>≤≥]?=? *([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?) *%?$', 1) as double)
            as STANDARDWRITTEN,
        try_cast(regexp_extract(LBORRES,
            '^[<>≤≥]?=? *([-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?) *%?$', 1) as double)
            as ORIGINALWRITTEN
    from signed
),
delivered as (
    select
        * exclude (STANDARDWRITTEN, ORIGINALWRITTEN),
        -- a percentage of a test in another unit is no result of it
        case when isfinite(STANDARDWRITTEN) and not coalesce(suffix(LBSTRESC, '%') and LBSTRESU <> '%', false)
            then STANDARDWRITTEN end as STANDARDTEXT,
        case when isfinite(ORIGINALWRITTEN) and not coalesce(suffix(LBORRES, '%') and LBORRESU <> '%', false)
            then ORIGINALWRITTEN end as ORIGINAL,
        nullif(translate(regexp_extract(coalesce(LBSTRESC, LBORRES), '^([<>≤≥])=? *[-+0-9.]', 1), '≤≥', '<>'), '')
            as LIMITMARK,
        coalesce(LBSTRESU, case when LBSTRESC = LBORRES or LBSTRESN = ORIGINAL then LBORRESU end) as STANDARDUNIT,
        case when regexp_full_match(LBORNRLO, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)') then cast(LBORNRLO as double) end
            as ORIGINALLOW,
        case when regexp_full_match(LBORNRHI, '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)') then cast(LBORNRHI as double) end
            as ORIGINALHIGH
    from written
),
usual_unit as (
    select LBTESTCD, coalesce(mode(LBSTRESU), mode(LBORRESU)) as USUAL
    from source.lb
    group by LBTESTCD
),
-- What is in no unit of its own is in the test's usual one where it can be turned into it; limits come with the result.
placed as (
    select
        d.*, us.USUAL, coalesce(d.LBSTRESN, d.STANDARDTEXT) as STANDARD,
        if(STANDARD is null, us.USUAL, d.STANDARDUNIT) as INTO
    from delivered as d
    left join usual_unit as us on us.LBTESTCD = d.LBTESTCD
),
-- Original units turned into the unit of the result: how much of the one is one of the other?
conversion as (
    select p.LBTESTCD, p.LBORRESU, p.INTO, o.SIFACTOR / u.SIFACTOR as FACTOR
    from (
        select distinct d.LBTESTCD, d.LBORRESU, d.INTO, t.ANALYTE
        from placed as d
        join labtest as t on t.LBTESTCD = upper(d.LBTESTCD)
    ) as p
    join reference.lab_unit as o on o.ANALYTE = p.ANALYTE
        and o.UNIT = replace(replace(replace(lower(p.LBORRESU), ' ', ''), 'µ', 'u'), 'μ', 'u')
    join reference.lab_unit as u on u.ANALYTE = p.ANALYTE
        and u.UNIT = replace(replace(replace(lower(p.INTO), ' ', ''), 'µ', 'u'), 'μ', 'u')
        and u.SIUNIT = o.SIUNIT
),
valued as (
    select d.*, if(STANDARD is not null and d.LBORRESU = d.INTO, 1, c.FACTOR) as FACTOR
    from placed as d
    left join conversion as c on c.LBTESTCD = d.LBTESTCD and c.LBORRESU = d.LBORRESU and c.INTO = d.INTO
)
select
    USUBJID, LBSEQ, upper(LBTESTCD) as PARAMCD, coalesce(LBTEST, upper(LBTESTCD)) as PARAM, LBCAT, LBSPEC, LBSTAT,
    LBTPT,
    upper(left(LBFAST, 1)) as LBFAST, LBNRIND,
    coalesce('Y' in (upper(left(LBBLFL, 1)), upper(left(LBLOBXFL, 1))), false)
        or ('LB', USUBJID, cast(LBSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag) as FLAGGED,
    LBDT as ADT, LBDTF as ADTF, LBDTM as ADTM, VISIT as AVISIT, VISITNUM,
    coalesce(STANDARD, ORIGINAL * coalesce(FACTOR, 1)) as AVAL,
    AVALC,
    case when STANDARD is not null then STANDARDUNIT when FACTOR is not null then USUAL else LBORRESU end as AVALU,
    LIMITMARK as AVALQ,
    case when STANDARD is not null or FACTOR is not null
        then coalesce(LBSTNRLO, ORIGINALLOW * FACTOR)
         else ORIGINALLOW end as ANRLO,
    case when STANDARD is not null or FACTOR is not null
        then coalesce(LBSTNRHI, ORIGINALHIGH * FACTOR)
         else ORIGINALHIGH end as ANRHI,
    case when STANDARD is null and ORIGINAL is not null and FACTOR is not null then 'Y' end as CONVFL,
    cast(null as varchar) as DTYPE
from valued


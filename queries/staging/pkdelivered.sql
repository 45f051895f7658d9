-- Question: which parameters did the sponsor compute (SDTM PP, or ADPP), of which analyte and infusion, in our units?
-- Grain: one PP record.
-- Reads: adpc, pkdose, source.pp, reference.concentration_unit, reference.pk_parameter, reference.pk_unit
-- Reads: trial.drug_name, trial.settings, trial.test_code
-- Kept: no
-- The analyte is that of PPCAT: a test code, the name of a test of PC, or of the trial's drug; where PC has the parent
-- drug alone, a record that names no analyte is of it. The infusion is that of the date of reference, else of the
-- visit's name, else the only one sampled. STATUS: USED, or why the value is not compared.
with name as (
    select distinct regexp_replace(upper(TEXT), '[^A-Z0-9]', '', 'g') as NAME, ANALYTE
    from (
        select PARAM as TEXT, PARAMCD as ANALYTE from adpc
        union all
        select TESTCD, case ROLE when 'PARENT_DRUG' then 'PARENT' else 'METABOLITE' end from trial.test_code
        where ROLE in ('PARENT_DRUG', 'METABOLITE')
        union all
        select NAME, 'PARENT' from trial.drug_name where KIND = 'NAME'
    )
),
alone as (select count(*) filter (where PARAMCD = 'METABOLITE') = 0 as PARENTALONE from adpc),
sampled as (
    select USUBJID, any_value(COURSE) as COURSE, any_value(COURSEDY) as COURSEDY
    from (select distinct USUBJID, COURSE, COURSEDY from adpc where COURSE is not null and COURSEDY is not null)
    group by USUBJID
    having count(*) = 1
),
code as (
    select p.PARAMCD, p.KIND, unnest(list_append(string_split(coalesce(p.ALIASES, ''), ' '), p.PARAMCD)) as CODE
    from reference.pk_parameter as p
),
read as (
    select
        regexp_extract(upper(coalesce(pp.VISIT, '')), '(?:COURSE|CYCLE|C) *([0-9]+).*?(?:DAY|D) *([0-9]+)', ['C', 'D'])
            as VISITREF,
        pp.USUBJID, cast(pp.PPSEQ as integer) as PPSEQ, pp.PPTESTCD, pp.PPCAT, c.PARAMCD, c.KIND,
        coalesce(n.ANALYTE, case when PARENTALONE and (pp.PPCAT is null
            or regexp_matches(upper(pp.PPCAT), 'COMPART|PHARMACOKIN|PARAMETER|\bNCA\b')) then 'PARENT' end) as ANALYTE,
        coalesce(d.COURSE, try_cast(struct_extract(VISITREF, 'C') as integer), o.COURSE) as COURSE,
        coalesce(d.COURSEDY, try_cast(struct_extract(VISITREF, 'D') as integer), o.COURSEDY) as COURSEDY,
        coalesce(PPSTRESN, case when regexp_full_match(coalesce(PPSTRESC, PPORRES),
            '[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
            then cast(coalesce(PPSTRESC, PPORRES) as double) end) as NUMBER,
        case when PPSTRESN is null and PPSTRESC is null then PPORRESU else PPSTRESU end as UNIT,
        regexp_replace(regexp_replace(lower(coalesce(UNIT, '')), '[\s()]', '', 'g'), 'hours?|hrs?', 'h', 'g') as PLAIN,
        translate(PLAIN, 'µμ·.', 'uu**') as UNITKEY,
        regexp_extract(UNITKEY, '(?:^|[*])(h|min|d|day)(?:[*]|/|$)', 1) as AREATIME,
        regexp_replace(UNITKEY, '^(h|min|d|day)[*]|[*](h|min|d|day)(/|$)', '\3') as AREACONC,
        c.PARAMCD <> 'AUCINT' or coalesce(upper(PPENINT), 'PT24H') in ('PT24H', 'P1D', 'P1DT0H') as ISDAY
    from source.pp as pp
    cross join alone
    left join code as c on c.CODE = upper(trim(pp.PPTESTCD)) and c.CODE <> ''
    left join name as n on n.NAME = regexp_replace(upper(pp.PPCAT), '[^A-Z0-9]', '', 'g')
    left join pkdose as d on d.USUBJID = pp.USUBJID and d.ASTDT = coalesce(pp.PPRFDT, pp.PPRFTDT)
        and coalesce(pp.PPRFDTF, pp.PPRFTDTF) is null
    left join sampled as o on o.USUBJID = pp.USUBJID
    where coalesce(upper(pp.PPSTAT), '') <> 'NOT DONE'
        and (pp.PPSPEC is null or regexp_matches(upper(pp.PPSPEC), 'PLASMA|SERUM|BLOOD'))
),
converted as (
    select
        r.*,
        case r.KIND
            when 'CONC' then u.FACTOR
            when 'AUC' then a.FACTOR * t.FACTOR
            else k.FACTOR
        end * case when coalesce(u.MOLAR, a.MOLAR) = 'Y' and r.KIND in ('CONC', 'AUC')
            then case r.ANALYTE when 'PARENT' then s.MASSPARENT else s.MASSMETAB end else 1 end as RATE
    from read as r
    cross join trial.settings as s
    left join reference.concentration_unit as u on u.UNIT = r.UNITKEY and r.KIND = 'CONC'
    left join reference.concentration_unit as a on a.UNIT = r.AREACONC and r.KIND = 'AUC'
    left join reference.pk_unit as t on t.KIND = 'TIME' and t.UNIT = r.AREATIME and r.KIND = 'AUC'
    left join reference.pk_unit as k on k.KIND = r.KIND and k.UNIT = r.UNITKEY
),
judged as (
    select
        *, case when isfinite(RATE) then NUMBER * RATE end as DELIVERED,
        case
            when PARAMCD is null or not ISDAY then 'PARAMETER'
            when ANALYTE is null then 'ANALYTE'
            when COURSE is null or COURSEDY is null then 'INFUSION'
            when NUMBER is null then 'NUMBER'
            when DELIVERED is null then 'UNIT'
        end as WHYNOT
    from converted
)
select
    USUBJID, PPSEQ, PPTESTCD, PPCAT, ANALYTE, COURSE, COURSEDY, PARAMCD, NUMBER, UNIT, DELIVERED,
    case when WHYNOT is not null then WHYNOT
        when max(DELIVERED) filter (where WHYNOT is null) over one
            > min(DELIVERED) filter (where WHYNOT is null) over one then 'SEVERAL'
        else 'USED'
    end as STATUS
from judged
window one as (partition by USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD)

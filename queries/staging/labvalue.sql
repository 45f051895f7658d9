-- Question: what was measured, in which unit, against which normal limits and which baseline?
-- Grain: one row of LB, and one derived row where calcium and albumin of the same day give corrected calcium.
-- Reads: adex, labmeasured, labtest, trial.settings, reference.lab_term, reference.lab_unit
-- Kept: no
-- Graded by labgrade, kept by adlb. POSTFL: after the first infusion (Y), before it (N), or not known.
-- SPECIMEN: blood, serum and plasma, and none named, are one (BLOOD), so that their results have one baseline and one
-- last value of a day; a test for which blood must be named is of no known specimen without it ('').
-- CTCAE grades calcium corrected for albumin: total calcium in mmol/L + 0.02 x (40 - albumin in g/L) (Payne 1973).
with albumin as (
    select m.USUBJID, m.ADT, arg_min(m.AVAL * u.SIFACTOR, m.LBSEQ) as ALBUMIN
    from labmeasured as m
    join reference.lab_unit as u on u.ANALYTE = 'albumin' and u.UNIT = replace(lower(m.AVALU), ' ', '')
    where m.PARAMCD = 'ALB' and m.AVALQ is null and m.AVAL is not null and m.ADTF is null
      and coalesce(upper(m.LBSPEC), 'SERUM') not like 'URIN%'
    group by m.USUBJID, m.ADT
),
corrected_calcium as (
    select
        m.USUBJID, cast(null as double) as LBSEQ, 'CACORR' as PARAMCD, 'Calcium corrected for albumin' as PARAM,
        m.LBCAT, m.LBSPEC, m.LBSTAT, m.LBTPT, m.LBFAST,
        cast(null as varchar) as LBNRIND, m.FLAGGED, m.ADT, m.ADTF, m.ADTM, m.AVISIT, m.VISITNUM,
        m.AVAL * u.SIFACTOR + 0.02 * (40 - a.ALBUMIN) as AVAL, cast(null as varchar) as AVALC, u.SIUNIT as AVALU,
        cast(null as varchar) as AVALQ, m.ANRLO * u.SIFACTOR as ANRLO, m.ANRHI * u.SIFACTOR as ANRHI,
        cast(null as varchar) as CONVFL, 'CORRECTED' as DTYPE
    from labmeasured as m
    join albumin as a on a.USUBJID = m.USUBJID and a.ADT = m.ADT
    join reference.lab_unit as u on u.ANALYTE = 'calcium' and u.UNIT = replace(lower(m.AVALU), ' ', '')
    where m.PARAMCD = 'CA' and m.AVALQ is null and m.AVAL is not null and m.ADTF is null
      and coalesce(upper(m.LBSPEC), 'SERUM') not like 'URIN%'
      and m.USUBJID not in (select USUBJID from labmeasured where PARAMCD = 'CACORR')
),
value as (
    select rowid + 1 as LABNUM, * from labmeasured
    union all
    select (select count(*) from labmeasured) + row_number() over (), * from corrected_calcium
),
first_infusion as (
    select USUBJID, min(ASTDT) as TRTSDT, min(ASTDTM) filter (where ADY = 1) as TRTSDTM
    from adex
    group by USUBJID
),
-- BEFOREFL: before the first infusion (Y) or after it (N). On its day the clock decides, else a planned time that says
-- pre-dose or post-dose, else the trial's convention (LABDAY1: BEFORE, or UNKNOWN: neither, unless flagged).
placed as (
    select
        v.*, f.TRTSDT,
        case when upper(v.LBCAT) like 'URIN%' then 'URINE'
             when v.LBSPEC is null and t.SPECIMEN = 'named blood' then ''
             when v.LBSPEC is null or regexp_matches(upper(v.LBSPEC), 'BLOOD|SERUM|PLASMA') then 'BLOOD'
             else upper(v.LBSPEC) end as SPECIMEN,
        case when v.ADT < f.TRTSDT and v.ADTF is null then 'Y'
             when v.ADT > f.TRTSDT then 'N'
             when v.ADT = f.TRTSDT and v.ADTF is null then
                case when v.ADTM is not null and f.TRTSDTM is not null
                    then case when v.ADTM <= f.TRTSDTM then 'Y' else 'N' end
                     when regexp_matches(upper(v.LBTPT), '(^|[^A-Z])(PRE|BEFORE|PRIOR|BASELINE|SCREEN)') then 'Y'
                     when regexp_matches(upper(v.LBTPT), '(^|[^A-Z])(POST|END OF|EOI|DURING|AFTER)')
                        or regexp_matches(upper(v.LBTPT), '^[+]?[0-9.]*[1-9][0-9.]* *(H|HR|HOUR|M|MIN)') then 'N'
                     when s.LABDAY1 = 'BEFORE' then 'Y' end
        end as BEFOREFL
    from value as v
    cross join trial.settings as s
    left join labtest as t on t.LBTESTCD = v.PARAMCD
    left join first_infusion as f on f.USUBJID = v.USUBJID
),
-- Baseline: the last value flagged as such and not after the first infusion, else the last one before it.
candidate as (
    select
        v.USUBJID, v.PARAMCD, v.SPECIMEN, v.LABNUM, v.AVAL, v.AVALU,
        row(case when v.FLAGGED then 1 else 0 end, coalesce(v.ADT, date '0001-01-01'),
            coalesce(v.ADTM, timestamp '0001-01-01'), coalesce(v.LBSEQ, -1), -v.LABNUM) as PLACE
    from placed as v
    where v.AVAL is not null
      and (v.BEFOREFL = 'Y' or (v.FLAGGED and coalesce(v.BEFOREFL, 'Y') <> 'N'))
),
baseline as (
    select USUBJID, PARAMCD, SPECIMEN, LAST[1] as LABNUM, LAST[2] as BASE, LAST[3] as BASEU
    from (
        select USUBJID, PARAMCD, SPECIMEN, arg_max(row(LABNUM, AVAL, AVALU), PLACE) as LAST
        from candidate
        group by USUBJID, PARAMCD, SPECIMEN
    )
)
-- A baseline in another unit of the test is turned into that of the value: centres may differ.
select
    v.* exclude (FLAGGED, LBTPT, LBFAST, TRTSDT, BEFOREFL),
    v.TRTSDT,
    case when v.ADTF is null then cast(v.ADT - v.TRTSDT + case when v.ADT >= v.TRTSDT then 1 else 0 end as integer) end
        as ADY,
    case when b.LABNUM = v.LABNUM then 'Y' end as ABLFL,
    case v.BEFOREFL when 'N' then 'Y' when 'Y' then 'N' end as POSTFL,
    case when coalesce(b.BASEU, '') = coalesce(v.AVALU, '') then b.BASE
        else b.BASE * (f.SIFACTOR / i.SIFACTOR) end as BASE,
    v.AVAL - case when coalesce(b.BASEU, '') = coalesce(v.AVALU, '') then b.BASE
        else b.BASE * (f.SIFACTOR / i.SIFACTOR) end as CHG,
    cast(null as varchar) as BNRIND,
    cast(null as double) as PCHG,
    t.LBTESTCD is not null as KNOWNTEST,
    case when t.LBTESTCD is null or t.SPECIMEN = 'any' then true
         when upper(coalesce(v.LBCAT, '')) like 'URIN%' then false
         when t.SPECIMEN = 'named blood' then coalesce(upper(v.LBSPEC) like '%BLOOD%', false)
         else coalesce(upper(v.LBSPEC) like '%BLOOD%' or upper(v.LBSPEC) like '%SERUM%'
             or upper(v.LBSPEC) like '%PLASMA%', true)
    end as RIGHTSPECIMEN,
    case when RIGHTSPECIMEN then nullif(g.ATERML, '') end as ATERML,
    -- glucose is graded by whether the subject fasted, where the version of CTCAE asks for it
    case when not RIGHTSPECIMEN then null
         when g.ATERMH = 'Hyperglycemia (fasting not known)' and v.LBFAST = 'Y' then 'Hyperglycemia (fasting)'
         when g.ATERMH = 'Hyperglycemia (fasting not known)' and v.LBFAST = 'N' then 'Hyperglycemia'
         else nullif(g.ATERMH, '') end as ATERMH,
    s.CTCAE as CTCAEVER
from placed as v
cross join trial.settings as s
left join baseline as b on b.USUBJID = v.USUBJID and b.PARAMCD = v.PARAMCD and b.SPECIMEN = v.SPECIMEN
left join labtest as t on t.LBTESTCD = v.PARAMCD
left join reference.lab_unit as f on f.ANALYTE = t.ANALYTE and b.BASEU <> v.AVALU
    and f.UNIT = replace(replace(replace(lower(b.BASEU), ' ', ''), 'µ', 'u'), 'μ', 'u')
left join reference.lab_unit as i on i.ANALYTE = f.ANALYTE and i.SIUNIT = f.SIUNIT
    and i.UNIT = replace(replace(replace(lower(v.AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u')
left join reference.lab_term as g on g.LBTESTCD = t.GRADEDAS and g.VERSION = s.CTCAE

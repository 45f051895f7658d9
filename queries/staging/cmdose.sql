-- Question: how much of which earlier anthracycline did each record give, in mg/m²?
-- Grain: one CM record of an earlier anthracycline: of a category PRIOR, or ended before the first infusion; never
--     begun on or after it.
-- Reads: adex, surface, source.cm, trial.anthracycline, reference.dose_unit
-- Kept: no
-- A record is one agent: the longest of trial.toml's that begins a word of its term. CMDOSE is the dose of one time, so
-- that without CMDOSTOT the cumulative dose is missing.
-- Summed by adsl. A dose in mg (or mg/kg) is divided by the body surface (over the weight) last measured on or before
-- that day, which for earlier treatment is seldom known; then, or in a unit that is not known, the dose is missing.
with first_infusion as (
    select USUBJID, min(ASTDT) as TRTSDT from adex group by USUBJID
),
earlier as (
    select cm.*, row_number() over () as RECORD, lower(concat_ws('; ', cm.CMDECOD, cm.CMTRT)) as TERM
    from source.cm as cm
    left join first_infusion as f on f.USUBJID = cm.USUBJID
    where coalesce(cm.CMSTDT < f.TRTSDT, true)
      and (
          upper(coalesce(cm.CMCAT, '')) like '%PRIOR%'
          or cm.CMENDTL < f.TRTSDT
      )
),
agent as (
    select
        cm.USUBJID, cm.CMSEQ, coalesce(cm.CMDECOD, cm.CMTRT) as AGENT, a.FACTOR, cm.CMDOSU,
        cm.CMDOSTOT as AMOUNT, coalesce(cm.CMSTDT, cm.CMENDT) as DOSEDT,
        replace(replace(replace(replace(
            replace(replace(lower(cm.CMDOSU), ' ', ''), '²', '2'), '^', ''), '**', ''), 'µ', 'u'), 'μ', 'u') as UNITKEY
    from earlier as cm
    join trial.anthracycline as a on regexp_matches(cm.TERM, '(^|[^a-z])' || regexp_escape(a.AGENT))
    qualify row_number() over (partition by cm.RECORD order by length(a.AGENT) desc, a.AGENT) = 1
)
select
    c.* exclude (UNITKEY), u.SIZE, s.BSA, s.BSASRC, s.WEIGHT,
    case u.SIZE
        when 'm2' then c.AMOUNT * u.MG
        when 'none' then c.AMOUNT * u.MG / s.BSA
        when 'kg' then c.AMOUNT * u.MG * s.WEIGHT / s.BSA
    end as DOSE
from agent as c
left join reference.dose_unit as u on u.UNIT = c.UNITKEY
left join surface as s on s.USUBJID = c.USUBJID and s.DOSEDT = c.DOSEDT

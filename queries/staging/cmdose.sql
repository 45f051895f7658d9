-- Question: how much of which earlier anthracycline did each record give, in mg/m²?
-- Grain: one CM record of an earlier anthracycline.
-- Made for the time of building only: adsl sums it. A dose in mg is divided by the body surface last measured on or before
-- that day, which for earlier treatment is seldom known; then, or in a unit that is not known, the dose is missing.
with agent as (
    select
        cm.USUBJID, cm.CMSEQ, coalesce(cm.CMDECOD, cm.CMTRT) as AGENT, a.FACTOR, cm.CMDOSU,
        coalesce(cm.CMDOSTOT, cm.CMDOSE) as AMOUNT, coalesce(cm.CMSTDT, cm.CMENDT) as DOSEDT,
        replace(replace(replace(replace(replace(replace(lower(cm.CMDOSU), ' ', ''), '²', '2'), '^', ''), '**', ''), 'µ', 'u'), 'μ', 'u') as UNITKEY
    from source.cm as cm
    join trial.anthracycline as a on lower(coalesce(cm.CMDECOD, cm.CMTRT)) like a.AGENT || '%'
    where upper(coalesce(cm.CMCAT, '')) like '%PRIOR%'
)
select
    c.* exclude (UNITKEY), u.PERAREA, s.BSA, s.BSASRC,
    case when u.PERAREA = 'Y' then c.AMOUNT * u.MG when u.PERAREA = 'N' then c.AMOUNT * u.MG / s.BSA end as DOSE
from agent as c
left join reference.dose_unit as u on u.UNIT = c.UNITKEY
left join surface as s on s.USUBJID = c.USUBJID and s.DOSEDT = c.DOSEDT

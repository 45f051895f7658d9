-- Question: which dose does each exposure record give: in mg/m² where the protocol has dose levels, else as delivered?
-- Grain: one EX record.
-- Reads: surface, source.ex, trial.dose_level, reference.dose_unit
-- Kept: no
-- Kept by adex. A dose in mg is divided by the body surface last measured on or
-- before that day; without one, or in a unit that is not known, the dose is missing (and reported), never taken as mg/m².
with defined as (select count(*) > 0 as HASLEVELS from trial.dose_level),
united as (
    select
        ex.*, defined.HASLEVELS,
        replace(replace(replace(replace(replace(replace(lower(ex.EXDOSU), ' ', ''), '²', '2'), '^', ''), '**', ''), 'µ', 'u'), 'μ', 'u') as UNITKEY
    from source.ex as ex
    cross join defined
)
select
    e.* exclude (UNITKEY), u.PERAREA, s.BSA, s.BSASRC,
    case
        when not e.HASLEVELS then e.EXDOSE
        when e.EXDOSE = 0 then 0
        when u.PERAREA = 'Y' then e.EXDOSE * u.MG
        when u.PERAREA = 'N' then e.EXDOSE * u.MG / s.BSA
    end as DOSE,
    case when e.HASLEVELS and (u.PERAREA = 'Y' or u.PERAREA = 'N' and s.BSA is not null) then 'mg/m2' else e.EXDOSU end as DOSEU
from united as e
left join reference.dose_unit as u on u.UNIT = e.UNITKEY
left join surface as s on s.USUBJID = e.USUBJID and s.DOSEDT = e.EXSTDT

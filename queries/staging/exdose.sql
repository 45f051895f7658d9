-- Question: which dose does each exposure record give: in the trial's unit where the protocol has dose levels, else
--     as delivered?
-- Grain: one EX record, save those of another drug (exdrug).
-- Reads: exdrug, surface, trial.dose_level, trial.settings, reference.dose_unit
-- Kept: no
-- Kept by adex. A dose for the whole body, or for another measure of it than the trial's (body surface, weight), is
-- converted by what was last measured on or before that day; without that, or in a unit that is not known, the dose is
-- missing (and reported), never taken as given in the trial's unit. DOSEMG: the dose in mg of the whole body.
with defined as (
    select (select count(*) > 0 from trial.dose_level) as HASLEVELS, DOSEU as TRIALU, DOSEMG as TRIALMG,
        DOSESIZE as TRIALSIZE
    from trial.settings
),
united as (
    select
        ex.*, defined.*,
        replace(replace(replace(replace(
            replace(replace(lower(ex.EXDOSU), ' ', ''), '²', '2'), '^', ''), '**', ''), 'µ', 'u'), 'μ', 'u') as UNITKEY
    from exdrug as ex
    cross join defined
    where ex.DRUGCD <> 'OTHER'
),
measured as (
    select
        e.* exclude (UNITKEY), u.MG, u.SIZE, s.BSA, s.BSASRC, s.WEIGHT,
        -- how much of the body one dose is for, in the delivered unit and in the trial's: the same measure needs no
        -- value
        case when u.SIZE in (e.TRIALSIZE, 'none') then 1 when u.SIZE = 'm2' then s.BSA
            when u.SIZE = 'kg' then s.WEIGHT end as GIVENFOR,
        case when e.TRIALSIZE in (u.SIZE, 'none') then 1 when e.TRIALSIZE = 'm2' then s.BSA
            when e.TRIALSIZE = 'kg' then s.WEIGHT end as TRIALFOR
    from united as e
    left join reference.dose_unit as u on u.UNIT = e.UNITKEY
    left join surface as s on s.USUBJID = e.USUBJID and s.DOSEDT = e.EXSTDT
)
select
    * exclude (TRIALU, TRIALMG, GIVENFOR, TRIALFOR),
    case
        when not HASLEVELS then EXDOSE
        when EXDOSE = 0 then 0
        else EXDOSE * MG * GIVENFOR / (TRIALMG * TRIALFOR)
    end as DOSE,
    case when HASLEVELS and GIVENFOR / TRIALFOR is not null then TRIALU else EXDOSU end as DOSEU,
    EXDOSE * MG * case SIZE when 'none' then 1 when 'm2' then BSA when 'kg' then WEIGHT end as DOSEMG
from measured

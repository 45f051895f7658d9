-- Question: what are the pharmacokinetic parameters of each subject after each infusion that was sampled?
-- Grain: one parameter (CDISC's PKPARMCD) of one analyte after one infusion.
-- Reads: pkdelivered, pkparam, reference.pk_parameter, trial.settings
-- DERIVED: ours, by non-compartmental analysis; DELIVERED: the sponsor's (PP, ADPP) in the same unit. AVAL: ours, the
-- sponsor's where there is none of ours (NOTE 'SPONSOR'). DIFFFL: the two differ by more than the trial's share of
-- ours. After the first infusion of a course all parameters; after later ones no area to infinity, and no clearance
-- but that of a steady state.
with delivered as (
    select USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD, min(DELIVERED) as DELIVERED
    from pkdelivered
    where STATUS = 'USED'
    group by USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD
)
select
    USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD, r.PARAM,
    coalesce(p.AVAL, d.DELIVERED) as AVAL, r.AVALU, p.REASON,
    case when p.AVAL is null and d.DELIVERED is not null then concat_ws(';', p.NOTE, 'SPONSOR') else p.NOTE end as NOTE,
    p.AVAL as DERIVED, d.DELIVERED,
    case when abs(p.AVAL - d.DELIVERED) > s.PKDIFFERS * abs(p.AVAL) then 'Y' end as DIFFFL
from pkparam as p
full join delivered as d using (USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD)
join reference.pk_parameter as r using (PARAMCD)
cross join trial.settings as s
order by USUBJID, ANALYTE, COURSE, COURSEDY, PARAMCD

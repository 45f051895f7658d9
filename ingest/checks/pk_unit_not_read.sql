-- Question: which concentrations have a number in a unit that cannot be read?
-- Grain: one PC record.
-- Severity: left out
-- Weight: number
-- Says: the unit of the concentration is missing, not known, or in moles without a molar mass in the trial
--     definition; the value is not used.
-- Do: Ask the sponsor for the unit; for moles state molar_mass_parent and molar_mass_metabolite in [pk] of
--     trial.toml.
select 'PC' as DATASET, 'PCSTRESU' as VARIABLE, p.USUBJID, 'PCSEQ ' || cast(p.PCSEQ as varchar) as RECORD,
    concat_ws(' ', p.AVALC, coalesce(p.AVALU, 'without a unit')) as DETAIL
from adpc as p
where p.AVAL is null and p.AULOQ is null and p.BLQFL is null and p.AVALU is distinct from 'ng/mL' and p.PCSTAT is null
    and regexp_full_match(p.AVALC, '\s*[<>≤≥]?\s*=?\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*')

-- Question: which ejection fractions came where they are not read?
-- Grain: one record of MO or FA that names an ejection fraction.
-- Severity: left out
-- Weight: decision
-- Says: the record names an ejection fraction in a domain in which none is read; no display shows it, and the stopping
--     rules of the heart are said not to be assessed for it.
-- Do: Ask the sponsor for the ejection fractions in CV.
select 'MO' as DATASET, upper(MOTESTCD) as VARIABLE, USUBJID, 'MOSEQ ' || cast(cast(MOSEQ as bigint) as varchar)
    as RECORD, concat_ws(', ', MOTEST, coalesce(MOSTRESC, MOORRES), MODTC) as DETAIL
from source.mo
where regexp_matches(upper(concat_ws(' ', MOTESTCD, MOTEST)), 'EJECTION FRAC|LVEF|(^|[^A-Z])EF([^A-Z]|$)')
union all
select 'FA', upper(FATESTCD), USUBJID, 'FASEQ ' || cast(cast(FASEQ as bigint) as varchar),
    concat_ws(', ', FATEST, FAOBJ, coalesce(FASTRESC, FAORRES), FADTC)
from source.fa
where regexp_matches(upper(concat_ws(' ', FATESTCD, FATEST, FAOBJ)), 'EJECTION FRAC|LVEF|(^|[^A-Z])EF([^A-Z]|$)')

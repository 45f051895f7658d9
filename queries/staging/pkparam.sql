-- Question: what follows from each profile by non-compartmental analysis, and what does not, for which reason?
-- Grain: one parameter of one analyte after one infusion.
-- Reads: pkdose, pkprofile, trial.settings
-- Kept: no
-- An empty table that stats.noncompartmental fills (ingest/parameters.py), so that there is one such analysis alone.
-- REASON: why there is no value, in words; NOTE: what to know of it, in codes.
select
    p.USUBJID, p.ANALYTE, p.COURSE, p.COURSEDY, cast(null as varchar) as PARAMCD, cast(null as double) as AVAL,
    cast(null as varchar) as REASON, cast(null as varchar) as NOTE
from pkprofile as p
join pkdose as d on d.USUBJID = p.USUBJID and d.COURSE = p.COURSE and d.COURSEDY = p.COURSEDY
cross join trial.settings
where false

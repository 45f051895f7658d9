-- Question: how was this cut made: from where, when, by which software?
-- Grain: one setting or one piece of software.
select 1 as PART, 'Data cut' as NAME, cast(CUTDT as varchar) as SETTING from trial.cut
union all
select 2, NAME, SETTING from ingest.setting
union all
select 3, NAME, VERSION from ingest.software
order by PART, NAME

-- Question: what can be said about outstanding data in this cut at all?
-- Grain: one row for the cut.
select
    (select count(*) from trial.schedule) as NSCHEDULE,
    (select count(*) from trial.schedule where ASSESS not in ('ECHO', 'ECG', 'MARROW')) as NUNCHECKED,
    (select count(*) from trial.pk_sample) as NPKPLANNED,
    (select count(*) from source.cv) as NECHO,
    (select count(*) from source.pc) as NPK,
    (select count(*) from adpc where NRRLT is null or COURSE is null) as NPKUNPLACED

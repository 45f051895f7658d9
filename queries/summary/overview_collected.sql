-- Question: what of the baseline was delivered in this cut?
-- Grain: one row for the cut.
select
    (select count(*) from source.mh where upper(coalesce(MHCAT, '')) = 'PRIMARY DIAGNOSIS') > 0
        and (select count(*) from trial.disease_term) > 0 as DIAGNOSIS,
    (select count(*) from source.cm where upper(coalesce(CMCAT, '')) like '%PRIOR%') > 0 as ANTHRACYCLINE,
    (select count(*) from source.pr) > 0 as PROCEDURE,
    (select count(*) from source.cv) > 0 as HEART,
    (select count(*) from source.ae) > 0 as EVENTS

-- Question: what of the baseline was delivered in this cut?
-- Grain: one row for the cut.
select
    (
        select count(*)
        from source.mh as mh
        join trial.diagnosis_category as c
            on c.CATEGORY = trim(regexp_replace(upper(mh.MHCAT), '[^A-Z]+', ' ', 'g'))
            or c.CATEGORY = trim(regexp_replace(upper(mh.MHSCAT), '[^A-Z]+', ' ', 'g'))
    ) > 0 and (select count(*) from trial.disease_term) > 0 as DIAGNOSIS,
    (select count(*) from source.cm where upper(coalesce(CMCAT, '')) like '%PRIOR%') > 0 as ANTHRACYCLINE,
    (select count(*) from source.pr) > 0 as PROCEDURE,
    (select count(*) from source.cv) > 0 as HEART,
    (select count(*) from source.ae) > 0 as EVENTS

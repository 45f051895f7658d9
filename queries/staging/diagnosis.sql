-- Question: which records of medical history are the disease under study, and which disease do they name?
-- Grain: one record of MH in a category of primary diagnoses, and one disease whose term it has; DISEASE null: no term.
-- Reads: source.mh, trial.diagnosis_category, trial.disease_term
-- Kept: no
-- The category (MHCAT or MHSCAT) is compared by its letters alone, without case.
select mh.USUBJID, mh.MHSEQ, coalesce(mh.MHDECOD, mh.MHTERM) as TERM, t.DISEASE
from source.mh as mh
left join trial.disease_term as t on lower(mh.MHDECOD) = t.TERM or lower(mh.MHTERM) = t.TERM
where exists (
    select 1
    from trial.diagnosis_category as c
    where c.CATEGORY in (
        trim(regexp_replace(upper(mh.MHCAT), '[^A-Z]+', ' ', 'g')),
        trim(regexp_replace(upper(mh.MHSCAT), '[^A-Z]+', ' ', 'g'))
    )
)

-- Question: which records outside the adverse events say that a subject had a DLT?
-- Grain: one record of FA, or one supplemental value of another domain than AE (also of the sponsor's ADSL), of a
--     subject of whom no adverse event was adjudicated a DLT.
-- Reads: adae, source.fa, source.supp
-- Kept: no
-- By the name of the test or variable; anything but a plain no. A reason, and whether the subject can be evaluated for
-- DLTs, are none.
with said as (
    select
        'FA' as DATASET, upper(FATESTCD) as VARIABLE, USUBJID,
        'FASEQ ' || cast(cast(FASEQ as bigint) as varchar) as RECORD,
        upper(concat_ws(' ', FATESTCD, FATEST, FAOBJ)) as NAME, coalesce(FASTRESC, FAORRES) as ANSWER,
        concat_ws(', ', FATEST, FAOBJ, coalesce(FASTRESC, FAORRES), FADTC) as DETAIL
    from source.fa
    union all
    select
        case when QLABEL = 'ADSL' then 'ADSL' else 'SUPP' || RDOMAIN end, upper(QNAM), USUBJID,
        nullif(concat_ws(' ', IDVAR, IDVARVAL), ''), upper(concat_ws(' ', QNAM, QLABEL)), QVAL, QVAL
    from source.supp
    where upper(RDOMAIN) <> 'AE'
)
select DATASET, VARIABLE, USUBJID, RECORD, DETAIL
from said
where regexp_matches(NAME, '\b(AE)?DLT|DOSE?[ _-]?LIMIT|LIMITING TOX')
  and not regexp_matches(NAME, 'DLT(E|RS|REAS|WIN|PER)|REASON|EVALUA|PERIOD|WINDOW')
  and upper(trim(ANSWER)) not in ('', 'N', 'NO', '0', 'F', 'FALSE', 'NONE', 'NEGATIVE', 'NO DLT', 'NOT A DLT',
      'N/A', 'NA', 'NOT APPLICABLE', 'ABSENT')
  and USUBJID not in (select USUBJID from adae where DLTFL = 'Y')

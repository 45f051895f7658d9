-- Question: who may have had a transplant or another therapy in the DLT window, as its date does not tell?
-- Grain: one treated subject with a record that may lie in the window or after it (or before the first infusion).
-- Reads: adsl, therapytold, trial.settings
-- Kept: no
-- OPENDTC: the date as far as it was delivered (a year, or a month); empty where there is none.
select
    a.USUBJID,
    arg_min(t.KIND, (t.STDTL is null, t.STDTL, t.SEQ)) as OPENKIND,
    arg_min(coalesce(left(t.STDTC, 7), ''), (t.STDTL is null, t.STDTL, t.SEQ)) as OPENDTC
from adsl as a
cross join trial.settings as s
join therapytold as t on t.USUBJID = a.USUBJID
where t.STATUS = 'UNCLEAR'
   or (t.STATUS = 'LATER' and t.STDT < a.TRTSDT + cast(s.DLTDAYS - 1 as integer)
       and t.STDTL >= a.TRTSDT + cast(s.DLTDAYS - 1 as integer))
group by a.USUBJID

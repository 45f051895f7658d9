-- Question: what does each treated subject tell the escalation rule?
-- Grain: one treated subject of the whole cut, in order of first infusion. The reader's filters do not apply: a
--     rule reads everybody.
-- RESULT: N no DLT, T DLT, P pending; null where the subject tells nothing (not evaluable, DLTs not collected).
select
    d.USUBJID, d.SUBJID, d.TRTA, d.TRTAN, d.DOSELVL, d.COHORT,
    case when d.COHORT = s.EXPCOHORT then 'Y' else 'N' end as EXPFL,
    d.TRTSDT, d.WINENDT, d.DLTSTAT, d.DAYSLEFT, d.UNJTERM, d.NUNTERM, d.SEENADY,
    d.MISSINF, d.MISSREAS, d.GONECD, d.GONEREAS, d.GONEADY,
    d.NUNJUDG, d.DLTTERM, d.DLTADY,
    case d.DLTSTAT when 'No DLT' then 'N' when 'DLT' then 'T' when 'Pending' then 'P' end as RESULT
from addl as d
join adsl as a on a.USUBJID = d.USUBJID
cross join trial.settings as s
order by d.TRTSDT, a.TRTSDTM nulls first, d.USUBJID

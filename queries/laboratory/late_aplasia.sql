-- Question: whose counts had not recovered by the late day without leukaemia, and who had an aplasia judged a DLT?
-- Grain: one treated subject with one of the two, or with counts that are awaited to that day (APLASIA).
-- APLCD as in adcount; null where the adverse event alone tells.
with counted as (
    select USUBJID, any_value(APLCD) as APLCD from adcount where APLCD is not null group by USUBJID
),
judged as (
    select USUBJID, string_agg(distinct AEDECOD, '; ' order by AEDECOD) as TERM
    from adae
    where DLTFL = 'Y' and TRTEMFL = 'Y' and lower(AEDECOD) in (select TERM from trial.late_term)
    group by USUBJID
)
select s.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, c.APLCD, j.TERM
from selected as s
left join counted as c on c.USUBJID = s.USUBJID
left join judged as j on j.USUBJID = s.USUBJID
where s.SAFFL = 'Y' and (c.APLCD in ('LATE APLASIA', 'APLASIA') or j.TERM is not null)
order by c.APLCD is distinct from 'LATE APLASIA', j.TERM is null, s.USUBJID

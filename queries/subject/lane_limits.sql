-- Question: at which multiple of the upper limit of normal does each CTCAE grade of ALT, bilirubin, creatinine begin?
-- Grain: one test and grade of the trial's version of CTCAE that has such a limit.
with test (PARAMCD, TRACE) as (
    values ('ALT', 'ALT'), ('BILI', 'Bilirubin'), ('CREAT', 'Creatinine')
)
select t.TRACE, cast(c.GRADE as integer) as GRADE, c.CUT
from test as t
join trial.settings as s on true
join reference.lab_term as l on l.LBTESTCD = t.PARAMCD and l.VERSION = s.CTCAE
join reference.ctcae_criterion as c on c.VERSION = s.CTCAE and lower(c.TERM) = lower(l.ATERMH) and c.BASIS = 'limit'
order by t.TRACE, c.GRADE

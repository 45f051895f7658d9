-- Question: by which terms of CTCAE is a test ($test) graded, what do they assume, and how is their text read?
-- Grain: one term of the trial's version of CTCAE that graded a result of the test.
with used as (
    select ATERML as TERM from adlb where PARAMCD = $test and NOTERM is null
    union
    select ATERMH from adlb where PARAMCD = $test and NOTERM is null
)
select t.TERM, t.DIRECTION, nullif(t.ASSUMES, '') as ASSUMES, nullif(t.READING, '') as READING
from used as u
join trial.settings as s on true
join reference.ctcae_term as t on t.VERSION = s.CTCAE and lower(t.TERM) = lower(u.TERM)
order by t.DIRECTION desc, t.TERM

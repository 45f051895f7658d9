-- Question: how many remissions does a later assessment leave open, and by what?
-- Grain: one row, of the subjects of remission_doubts: NDOUBT in all, NUNREAD, NAGAINST and NTOLD as there, of subjects.
select
    count(*) as NDOUBT, count(*) filter (where NUNREAD > 0) as NUNREAD,
    count(*) filter (where NAGAINST > 0) as NAGAINST, count(*) filter (where NTOLD > 0) as NTOLD
from doubted

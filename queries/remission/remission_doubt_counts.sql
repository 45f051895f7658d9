-- Question: how many remissions does a later assessment leave open, and by what?
-- Grain: one row. NDOUBT: subjects of remission_doubts; NUNREAD, NAGAINST, NTOLD: those with such an assessment.
select
    count(*) as NDOUBT, count(*) filter (where NUNREAD > 0) as NUNREAD,
    count(*) filter (where NAGAINST > 0) as NAGAINST, count(*) filter (where NTOLD > 0) as NTOLD
from doubted

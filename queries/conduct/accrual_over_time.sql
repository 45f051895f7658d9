-- Question: how many subjects had been enrolled by each day?
-- Grain: one day on which a subject was enrolled (an enrolment without a date has no day).
with enrolled as (
    select ENRLDT, count(*) as NUMBER
    from selected
    where ENRLFL = 'Y'
    group by ENRLDT
)
select ENRLDT, NUMBER, cast(sum(NUMBER) over (order by ENRLDT nulls last rows unbounded preceding) as bigint)
    as CUMULATIVE
from enrolled
order by ENRLDT nulls last

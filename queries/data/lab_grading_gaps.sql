-- Question: which laboratory values have no CTCAE grade, and why?
-- Grain: one test, unit, direction and reason, with the number of rows.
with gap as (
    select PARAMCD, PARAM, AVALU, null as ATERM, NOTERM as WHY, USUBJID
    from adlb
    where NOTERM is not null
    union all
    select PARAMCD, PARAM, AVALU, ATERML, NOGRADEL, USUBJID
    from adlb
    where NOTERM is null and ATERML is not null and NOGRADEL is not null
    union all
    select PARAMCD, PARAM, AVALU, ATERMH, NOGRADEH, USUBJID
    from adlb
    where NOTERM is null and ATERMH is not null and NOGRADEH is not null
)
select
    PARAMCD, any_value(PARAM) as PARAM, AVALU, ATERM, WHY,
    cast(count(*) as integer) as NROWS, cast(count(distinct USUBJID) as integer) as NSUBJ
from gap
group by PARAMCD, AVALU, ATERM, WHY
order by WHY, PARAMCD, AVALU, ATERM

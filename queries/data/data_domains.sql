-- Question: which datasets were received, which were not, and what is each for?
-- Grain: one dataset that was received or that displays use.
with received as (
    select DATASET as NAME, upper(DATASET) as DATASET, NROWS, NCOLS, SCHEMANAM
    from ingest.dataset
)
select
    coalesce(c.DATASET, e.DATASET) as DATASET,
    c.SCHEMANAM,
    case
        when c.SCHEMANAM = 'adam' then 'the sponsor''s own analysis dataset'
        when e.USEDFOR is not null then e.USEDFOR
        when c.DATASET like 'SUPP%' then 'supplemental values of ' || substr(c.DATASET, 5)
        else 'kept; no display uses it'
    end as USEDFOR,
    coalesce(c.NROWS, 0) as NROWS,
    c.NCOLS,
    case when c.DATASET is null then 'not delivered' when c.NROWS = 0 then 'delivered without records' else 'delivered' end as STATUS
from received as c
full join ingest.expected as e on e.DATASET = c.DATASET and c.SCHEMANAM = 'sdtm'
order by c.DATASET is null, c.SCHEMANAM desc, 1

-- Question: which datasets were received, which were not, and what is each for?
-- Grain: one dataset that was received or that displays use.
with received as (
    select DATASET as NAME, upper(DATASET) as DATASET, NROWS, NCOLS, SCHEMANAM, SOURCE
    from ingest.dataset
),
-- a file that was delivered and could not be read, of a dataset that no other file holds
unread as (
    select upper(DATASET) as DATASET
    from ingest.file
    where DATASET <> '' and STATUS like 'not read%' and DATASET not like 'adam.%'
      and lower(DATASET) not in (select lower(DATASET) from ingest.dataset)
    group by all
),
unused as (
    select distinct DATASET
    from ingest.finding
    where CHECKID in ('not_used', 'adam_not_taken', 'dataset_misnamed')
)
select
    coalesce(c.DATASET, e.DATASET, u.DATASET) as DATASET,
    c.SCHEMANAM,
    case
        when c.SCHEMANAM = 'adam' then 'the sponsor''s own analysis dataset' || case when n.DATASET is not null
            then '; no display uses it: what it would tell is derived' else '' end
        when c.SOURCE is not null then concat_ws('; SDTM would add ', e.USEDFOR, e.ADDS)
        when e.USEDFOR is not null then e.USEDFOR
        when coalesce(c.DATASET, u.DATASET) like 'SUPP%'
            then 'supplemental values of ' || substr(coalesce(c.DATASET, u.DATASET), 5)
        else 'kept; no display uses it'
    end as USEDFOR,
    coalesce(c.NROWS, 0) as NROWS,
    c.NCOLS,
    case
        when u.DATASET is not null then 'delivered, could not be read'
        when c.DATASET is null then 'not delivered'
        when c.SOURCE is not null then 'read from ' || c.SOURCE
        when c.NROWS = 0 then 'delivered without records'
        when n.DATASET is not null then 'delivered, not used'
        else 'delivered'
    end as STATUS
from received as c
full join ingest.expected as e on e.DATASET = c.DATASET and c.SCHEMANAM = 'sdtm'
full join unread as u on u.DATASET = coalesce(c.DATASET, e.DATASET)
left join unused as n on n.DATASET = case c.SCHEMANAM when 'adam' then 'ADAM.' else '' end || c.DATASET
order by c.DATASET is null, c.SCHEMANAM desc, 1

-- Question: which datasets came that no display uses?
-- Grain: one dataset.
-- Severity: note
-- Weight: information
-- Says: the dataset is kept as delivered; no display uses it, and what it would tell is derived from the others.
-- Do: Nothing.
select upper(case d.SCHEMANAM when 'adam' then 'adam.' else '' end || d.DATASET) as DATASET,
    cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID, cast(null as varchar) as RECORD,
    d.NROWS || ' records' as DETAIL
from ingest.dataset as d
where case d.SCHEMANAM
        -- those that are taken are told apart; so are those that a domain which did not come is read from
        when 'adam' then lower(d.DATASET) not in ('adsl', 'adae')
            and upper(d.DATASET) not in (select SOURCE from ingest.dataset where SOURCE is not null)
        else d.DATASET not like 'supp%'
            -- these tell of deaths, and of the sponsor's own parameters
            and lower(d.DATASET) not in ('ce', 'ho', 'ss', 'pp')
            and upper(d.DATASET) not in (select DATASET from ingest.expected) end

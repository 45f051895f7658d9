-- Question: which analysis tables does this cut hold, and with which columns?
-- Grain: one column of an analysis table.
select
    upper(table_name) as TABNAME, upper(column_name) as VARIABLE, lower(data_type) as TYPE,
    cast(ordinal_position as integer) as POSITION
from information_schema.columns
where table_schema = 'main' and table_catalog = current_database()
order by table_name, ordinal_position

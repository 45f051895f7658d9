-- Question: which delivered variables look like a judgement of a DLT and are not read as one?
-- Grain: one supplemental value of AE, or one variable of AE, whose name or label says dose-limiting and that no
--     flag of the trial definition uses.
-- Severity: left out
-- Weight: decision
-- Says: the name looks like a DLT adjudication, but no DLT flag in trial.toml uses it; it is not counted.
-- Do: If it is the adjudication, add the name to flags of [dlt] in trial.toml (a variable of AE can be AEDLT, DLTFL
--     or DLT). A yes in the DLT window leaves its subject pending until then.
with used as (
    select QNAM from trial.flag
    union
    select QNAM || 'RS' from trial.flag where FLAG = 'DLT'
    union
    select replace(QNAM, 'FL', 'RS') from trial.flag where FLAG = 'DLT' and QNAM like '%FL'
)
select 'SUPPAE' as DATASET, upper(QNAM) as VARIABLE, USUBJID, concat_ws(' ', upper(IDVAR), IDVARVAL) as RECORD,
    QVAL as DETAIL
from source.supp
where upper(RDOMAIN) = 'AE' and (regexp_matches(upper(QNAM), 'DLT|DOSE?_?LIM|DSLIM|LIM_?TOX|TOX_?LIM')
      or regexp_matches(upper(QLABEL), 'DOSE.?LIMIT|LIMITING TOX|\bDLT'))
  and upper(QNAM) not in (select QNAM from used)
union all
select 'AE', upper(column_name), null, null, 'variable of AE'
from information_schema.columns
where table_catalog = current_database() and table_schema = 'sdtm' and table_name = 'ae'
  and regexp_matches(upper(column_name), 'DLT|DOSE?_?LIM|DSLIM|LIM_?TOX|TOX_?LIM')
  and (upper(column_name) not in (select QNAM from used)
      or upper(column_name) not in ('AEDLT', 'DLTFL', 'DLT', 'AEDLTRS', 'DLTRS'))

-- Question: which ejection fractions came where they are not read, whatever the filters leave?
-- Grain: one dataset that holds some: CV under a code of no role, MO, FA, or one named for such an examination. N: its
-- records, or null where a dataset of that name alone tells.
select 'CV' as DATASET, count(*) as N
from source.cv
where upper(CVTESTCD) not in (select TESTCD from trial.test_code)
  and regexp_matches(upper(concat_ws(' ', CVTESTCD, CVTEST)), '(^|[^A-Z])EF([^A-Z]|$)')
having count(*) > 0
union all
select 'MO', count(*)
from source.mo
where regexp_matches(upper(concat_ws(' ', MOTESTCD, MOTEST)), 'EJECTION FRAC|LVEF|(^|[^A-Z])EF([^A-Z]|$)')
having count(*) > 0
union all
select 'FA', count(*)
from source.fa
where regexp_matches(upper(concat_ws(' ', FATESTCD, FATEST, FAOBJ)), 'EJECTION FRAC|LVEF|(^|[^A-Z])EF([^A-Z]|$)')
having count(*) > 0
union all
select upper(DATASET), null
from ingest.dataset
where SCHEMANAM = 'sdtm' and regexp_matches(upper(DATASET), 'ECHO|MUGA|LVEF|EJECT')
order by DATASET

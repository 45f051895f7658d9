-- Question: which laboratory test does a code of LB stand for, on which specimen, and as which test is it graded?
-- Grain: one code.
-- Reads: trial.test_code, reference.lab_test
-- Kept: no
select LBTESTCD, LBTESTCD as GRADEDAS, SPECIMEN, ANALYTE from reference.lab_test
union all
-- codes that the trial's own definition names for neutrophils and platelets
select c.TESTCD, t.LBTESTCD, t.SPECIMEN, t.ANALYTE
from trial.test_code as c
join reference.lab_test as t on t.LBTESTCD = case c.ROLE when 'ANC' then 'NEUT' when 'PLATELETS' then 'PLAT' end
where c.TESTCD not in (select LBTESTCD from reference.lab_test)

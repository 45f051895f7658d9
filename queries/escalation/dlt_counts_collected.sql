-- Question: were neutrophils and platelets delivered at all, by which an aplasia is seen?
-- Grain: one row.
select
    exists (select 1 from source.lb as l join trial.test_code as t on t.TESTCD = upper(l.LBTESTCD) and t.ROLE = 'ANC')
        as ANC,
    exists (select 1 from source.lb as l join trial.test_code as t on t.TESTCD = upper(l.LBTESTCD)
        and t.ROLE = 'PLATELETS') as PLATELETS

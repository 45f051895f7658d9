-- Question: when were neutrophils and platelets of each subject last delivered so that they can be read?
-- Grain: one subject and one of them (ROLE: ANC, PLATELETS) of which a readable count was delivered.
-- Reads: source.lb, trial.test_code, reference.lab_unit
-- ADTL: the latest day that the dates allow; null where no date is known.
select l.USUBJID, t.ROLE, max(l.LBDTL) as ADTL
from source.lb as l
join trial.test_code as t on t.TESTCD = upper(l.LBTESTCD) and t.ROLE in ('ANC', 'PLATELETS')
join reference.lab_unit as u on u.ANALYTE = 'cells'
    and u.UNIT = replace(replace(replace(lower(coalesce(l.LBSTRESU, l.LBORRESU)), ' ', ''), 'µ', 'u'), 'μ', 'u')
where coalesce(upper(l.LBSTAT), '') <> 'NOT DONE' and coalesce(l.LBSTRESC, l.LBORRES, cast(l.LBSTRESN as varchar))
    is not null
group by l.USUBJID, t.ROLE
order by l.USUBJID, t.ROLE

-- Question: how many subjects do the filters leave, and how many of them are treated?
-- Grain: one row.
select count(*) as SUBJECTS, count(*) filter (where SAFFL = 'Y') as TREATED from selected

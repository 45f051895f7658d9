-- Question: of which treated subject were neutrophils or platelets not delivered, by which an aplasia would be seen?
-- Grain: one treated subject without readable counts of one of them, after the first infusion, that others have.
-- NOANC, NOPLAT: without neutrophils, without platelets.
with count_row as (
    select l.USUBJID, t.ROLE, l.LBDTL as ADTL
    from source.lb as l
    join trial.test_code as t on t.TESTCD = upper(l.LBTESTCD) and t.ROLE in ('ANC', 'PLATELETS')
    join reference.lab_unit as u on u.ANALYTE = 'cells'
        and u.UNIT = replace(replace(replace(lower(coalesce(l.LBSTRESU, l.LBORRESU)), ' ', ''), 'µ', 'u'), 'μ', 'u')
    where coalesce(upper(l.LBSTAT), '') <> 'NOT DONE' and coalesce(l.LBSTRESC, l.LBORRES, cast(l.LBSTRESN as varchar))
        is not null
),
had as (
    select
        d.USUBJID, d.SUBJID, d.TRTSDT, coalesce(bool_or(c.ROLE = 'ANC'), false) as ANC,
        coalesce(bool_or(c.ROLE = 'PLATELETS'), false) as PLATELETS
    from addl as d
    left join count_row as c on c.USUBJID = d.USUBJID and coalesce(c.ADTL > d.TRTSDT, false)
    group by d.USUBJID, d.SUBJID, d.TRTSDT
)
select
    USUBJID, SUBJID, not ANC and exists (select 1 from count_row where ROLE = 'ANC') as NOANC,
    not PLATELETS and exists (select 1 from count_row where ROLE = 'PLATELETS') as NOPLAT,
    not ANC and not PLATELETS as NOCOUNT
from had
where NOANC or NOPLAT
order by TRTSDT, USUBJID

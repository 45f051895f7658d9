-- Question: of which treated subject were neutrophils or platelets not delivered, by which an aplasia would be seen?
-- Grain: one treated subject without readable counts of one of them, after the first infusion, that others have.
-- NOANC, NOPLAT: without neutrophils, without platelets.
with had as (
    select
        d.USUBJID, d.SUBJID, d.TRTSDT, coalesce(bool_or(c.ROLE = 'ANC'), false) as ANC,
        coalesce(bool_or(c.ROLE = 'PLATELETS'), false) as PLATELETS
    from addl as d
    left join countlast as c on c.USUBJID = d.USUBJID and coalesce(c.ADTL > d.TRTSDT, false)
    group by d.USUBJID, d.SUBJID, d.TRTSDT
)
select
    USUBJID, SUBJID, not ANC and exists (select 1 from countlast where ROLE = 'ANC') as NOANC,
    not PLATELETS and exists (select 1 from countlast where ROLE = 'PLATELETS') as NOPLAT,
    not ANC and not PLATELETS as NOCOUNT
from had
where NOANC or NOPLAT
order by TRTSDT, USUBJID

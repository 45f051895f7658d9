-- Question: which subjects of a domain are in DM only if zeros of their ID are left out?
-- Grain: one subject of one domain that DM lacks.
-- Severity: left out
-- Weight: number; decision in AE, CV, DM, DS, EX, SUPPAE
-- Says: the ID is in DM only with other zeros (lost or added); the records belong to nobody in DM and are not counted.
-- Do: Ask the sponsor for one spelling of USUBJID in all datasets.
with spelled as (
    select
        DATASET, USUBJID,
        regexp_replace(regexp_replace(USUBJID, '[.]0+$', ''), '(^|[^0-9])0+([0-9])', '\1\2', 'g') as SHORT
    from (
        select distinct DATASET, USUBJID from delivered_record where USUBJID is not null
        union
        select 'DM', USUBJID from source.dm where USUBJID is not null
    )
)
select
    s.DATASET, 'USUBJID' as VARIABLE, s.USUBJID, cast(null as varchar) as RECORD,
    'DM has ' || string_agg(distinct d.USUBJID, ', ' order by d.USUBJID) as DETAIL
from spelled as s
join spelled as d on d.DATASET = 'DM' and d.SHORT = s.SHORT
where s.USUBJID not in (select USUBJID from source.dm where USUBJID is not null)
group by s.DATASET, s.USUBJID

-- Question: whose death is told differently in different domains?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: DM, disposition, details of death and fatal events do not agree on the death or its date; DM's date is taken,
--     then disposition's, then the event's.
-- Do: Ask the sponsor to reconcile them.
with agreed as (
    select
        USUBJID,
        count(distinct DT) filter (where DTF is null) as NDATES,
        bool_or(SOURCE = 'DM') as IN_DM,
        string_agg(distinct SOURCE || ' ' || coalesce(left(DTC, 10), 'no date'), ', '
            order by SOURCE || ' ' || coalesce(left(DTC, 10), 'no date')) as DETAIL
    from deathtold
    group by USUBJID
)
select 'DM' as DATASET, 'DTHDTC' as VARIABLE, USUBJID, cast(null as varchar) as RECORD, DETAIL
from agreed
where NDATES > 1 or not IN_DM

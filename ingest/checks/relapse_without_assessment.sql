-- Question: whose relapse or progression is known, but from no response assessment?
-- Grain: one record of a disposition or adverse event that names a relapse after a remission, without an assessment of
--     relapse or progression since the first remission.
-- Severity: doubtful
-- Weight: number
-- Says: a relapse or progression after a remission is recorded here and in no response assessment of the investigator;
--     within the days that a remission must last it ends it, otherwise the duration of remission counts it as lasting,
--     with the number with it beside, and counts not recovered are not
--     taken as the leukaemia's.
-- Do: Ask the site for the assessment that found it.
with seen as (
    select
        USUBJID, min(ADT) filter (where AVALC in ('CR', 'CRh', 'CRi')) as REMDT,
        max(ADT) filter (where AVALC in ('RELAPSE', 'PD')) as RECURDT
    from rsread
    where READER = 'INVESTIGATOR' and LEFTOUT is null
    group by USUBJID
)
select
    n.DATASET, n.VARIABLE, n.USUBJID, n.DATASET || 'SEQ ' || cast(cast(n.SEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', n.TERM, n.DTC, 'remission ' || s.REMDT) as DETAIL
from relapsetold as n
join seen as s on s.USUBJID = n.USUBJID
where coalesce(n.DTL > s.REMDT, true) and s.REMDT is not null and coalesce(s.RECURDT <= s.REMDT, true)

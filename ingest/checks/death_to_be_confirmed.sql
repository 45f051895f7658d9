-- Question: of which deaths do neither demographics, disposition nor a fatal event tell?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: another record alone tells of a death (survival status, details of death, response, autopsy, visit, clinical
--     event, finding about one, deviation, hospital stay, medical history, a supplemental value, or a cause without a
--     flag); it counts as a death on a day not known, and in the DLT window its subject is pending.
-- Do: Ask the site whether and when the subject died.
select string_agg(distinct t.SOURCE, ', ' order by t.SOURCE) as DATASET, cast(null as varchar) as VARIABLE, t.USUBJID,
    cast(null as varchar) as RECORD,
    string_agg(distinct t.SOURCE || ' ' || coalesce(left(t.DTC, 10), 'no date'), ', '
        order by t.SOURCE || ' ' || coalesce(left(t.DTC, 10), 'no date')) as DETAIL
from deathtold as t
left join source.dm as d on d.USUBJID = t.USUBJID
group by t.USUBJID
having bool_and(t.RANK > 3
    or (t.SOURCE = 'DM' and d.DTHDTC is null and upper(left(coalesce(d.DTHFL, ''), 1)) <> 'Y'))

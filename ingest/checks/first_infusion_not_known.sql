-- Question: whose first infusion has no known day?
-- Grain: one subject.
-- Severity: doubtful
-- Weight: decision
-- Says: the day of the first infusion is not known, so neither is the DLT window; the subject is pending, and a DLT
--     counts only where it is not before any day that the first infusion can have been.
-- Do: Ask the site for the date of the first infusion.
select 'EX' as DATASET, 'EXSTDTC' as VARIABLE, a.USUBJID, cast(null as varchar) as RECORD,
    case when a.TRTSDT is null then 'no date'
        else a.TRTSDT || ' to ' || coalesce(cast(a.TRTSDTL as varchar), 'not known')
        end || case when count(e.USUBJID) > 0 then ', with an event adjudicated a DLT' else '' end as DETAIL
from adsl as a
left join adae as e on e.USUBJID = a.USUBJID and e.DLTFL = 'Y'
where a.FIRSTCD like 'FIRST DOSE%'
group by a.USUBJID, a.TRTSDT, a.TRTSDTL

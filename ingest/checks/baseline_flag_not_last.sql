-- Question: which results of the heart flagged as baseline are not the last before the first infusion?
-- Grain: one flagged result, followed by a later one before the first infusion by the same method.
-- Severity: doubtful
-- Weight: decision
-- Says: the result is flagged as baseline, but a later one was taken before the first infusion; the later one is the
--     baseline.
-- Do: Ask the sponsor which one is meant.
select 'CV' as DATASET, f.PARAMCD as VARIABLE, f.USUBJID,
    'CVSEQ ' || cast(cast(f.SRCSEQ as bigint) as varchar) as RECORD,
    concat_ws(', ', cast(f.ADT as varchar), f.AVALC, 'last ' || cast(max(o.ADT) as varchar),
        arg_max(o.AVALC, o.ADT)) as DETAIL
from cvvalue as f
join cvvalue as o on o.USUBJID = f.USUBJID and o.PARAMCD = f.PARAMCD and o.SERIES = f.SERIES
    and o.ADT > f.ADT and o.BEFOREFL = 'Y' and o.JUDGEFL = 'Y' and coalesce(o.FLAGFL, '') <> 'Y'
where f.SRCDOM = 'CV' and f.FLAGFL = 'Y'
group by f.USUBJID, f.PARAMCD, f.SRCSEQ, f.ADT, f.AVALC

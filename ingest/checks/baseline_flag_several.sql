-- Question: of which tests are several results flagged as baseline?
-- Grain: one test of one subject, in EG, LB or CV (there of one method), flagged as baseline at more than one time
--     point before the first infusion.
-- Severity: note
-- Weight: information
-- Says: several time points are flagged as baseline; of the last day with such a flag QTc takes the mean (or the last,
--     as ecg.baseline says), the laboratory and the ejection fraction the last. None of them is a result after
--     treatment.
-- Do: Nothing, if the protocol plans several; else ask the sponsor which one is the baseline.
with result as (
    select 'EG' as DATASET, USUBJID, upper(EGTESTCD) as TESTCD,
        case when 'Y' in (upper(left(EGBLFL, 1)), upper(left(EGLOBXFL, 1)))
            or ('EG', USUBJID, cast(EGSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end as FLAG,
        EGDT as DT, concat_ws(' ', cast(EGDT as varchar), VISIT, EGTPT, cast(EGTPTNUM as varchar)) as POINT
    from source.eg
    union all
    select 'LB', USUBJID, upper(LBTESTCD) || coalesce(' ' || LBSPEC, ''),
        case when 'Y' in (upper(left(LBBLFL, 1)), upper(left(LBLOBXFL, 1)))
            or ('LB', USUBJID, cast(LBSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end,
        LBDT, concat_ws(' ', LBDTC, VISIT, LBTPT)
    from source.lb
    union all
    select 'CV', USUBJID, upper(CVTESTCD) || coalesce(' ' || upper(CVMETHOD), ''),
        case when 'Y' in (upper(left(CVBLFL, 1)), upper(left(CVLOBXFL, 1)))
            or ('CV', USUBJID, cast(CVSEQ as double)) in (select (DOMAIN, USUBJID, SEQ) from baselineflag)
            then 'Y' end, CVDT, concat_ws(' ', CVDTC, VISIT, CVTPT)
    from source.cv
)
select r.DATASET, r.TESTCD as VARIABLE, r.USUBJID, cast(null as varchar) as RECORD,
    count(distinct r.POINT) || ' time points' as DETAIL
from result as r
left join adsl as s on s.USUBJID = r.USUBJID
where upper(left(r.FLAG, 1)) = 'Y' and coalesce(r.DT <= s.TRTSDT, true)
group by r.DATASET, r.TESTCD, r.USUBJID
having count(distinct r.POINT) > 1

-- Question: what happened to this subject, day by day?
-- Grain: one infusion, milestone, adverse event, blood count, heart value or response assessment of the subject
--     ($usubjid).
-- ADY is null where the day is not known: such a row is counted, not drawn.
with subject as (
    select * from adsl where USUBJID = $usubjid
),
infusion as (
    select
        'Infusions' as PANEL, EXTRT as TRACE, ASTDT as ADT, ADY,
        ADY + cast(coalesce(AENDT, ASTDT) - ASTDT as integer) as AENDY,
        DOSE as AVAL, cast(null as varchar) as AVALQ, DOSEU as AVALU, cast(null as integer) as GRADE,
        cast(null as double) as LOLIM, cast(null as double) as UPLIM,
        cast(null as varchar) as NOTE, EXADJ as MARK, EXSEQ as SEQ,
        cast(COURSE as integer) as COURSE, cast(COURSEDY as integer) as COURSEDY,
        cast(null as varchar) as AESERC, cast(null as varchar) as RELFL, cast(null as varchar) as AESEV,
        cast(null as varchar) as AEOUT,
        cast(null as varchar) as SERIES, cast(null as varchar) as CTRCD, cast(null as varchar) as RISEFL
    from adex
    where USUBJID = $usubjid
),
dated as (
    select HSCTDT as ADT, 'Transplant' as TRACE, cast(null as varchar) as NOTE, TRTSDT from subject
    union all
    select EOTDT, 'End of treatment', lower(EOTREAS), TRTSDT from subject
    union all
    select case when DTHDT is null then EOSDT end, 'End of study', lower(DCSREAS), TRTSDT from subject
    union all
    select DTHDT, 'Death', cast(null as varchar), TRTSDT from subject
    union all
    select CUTDT, 'Data cut', cast(null as varchar), TRTSDT from subject
),
milestone as (
    select
        'Milestones', TRACE, ADT, cast(ADT - TRTSDT + case when ADT >= TRTSDT then 1 else 0 end as integer),
        cast(null as integer),
        cast(null as double), cast(null as varchar), cast(null as varchar), cast(null as integer),
        cast(null as double), cast(null as double), NOTE, cast(null as varchar), cast(null as double)
    from dated
    where ADT is not null
),
event as (
    select
        'Adverse events', AEDECOD, ASTDT, ADY, AENDY,
        cast(null as double), cast(null as varchar), cast(null as varchar), cast(ATOXGR as integer),
        cast(null as double), cast(null as double), cast(null as varchar), case when DLTFL = 'Y' then 'DLT' end, AESEQ,
        null, null, AESERC, RELFL, AESEV, AEOUT, null, null, null
    from adae
    where USUBJID = $usubjid
),
-- The trial's own codes for neutrophils and platelets, beside CDISC's
count_test as (
    select TESTCD as PARAMCD, case ROLE when 'ANC' then 'Neutrophils' else 'Platelets' end as TRACE
    from trial.test_code
    where ROLE in ('ANC', 'PLATELETS')
    union
    select 'HGB', 'Haemoglobin'
),
blood as (
    select
        'Blood counts', t.TRACE, l.ADT, l.ADY, cast(null as integer),
        l.AVAL, l.AVALQ, l.AVALU, cast(l.ATOXGRL as integer), l.ANRLO, cast(null as double), l.AVISIT,
        cast(null as varchar), l.LBSEQ
    from adlb as l
    join count_test as t on t.PARAMCD = l.PARAMCD
    where l.USUBJID = $usubjid and l.ANL01FL = 'Y'
),
blast as (
    select
        'Blasts', case PARAMCD when 'BLASTBM' then 'Marrow blasts' else 'Blood blasts' end, ADT, ADY,
        cast(null as integer),
        AVAL, cast(null as varchar), coalesce(AVALU, '%'), cast(null as integer), cast(null as double),
        cast(null as double),
        cast(null as varchar), cast(null as varchar), SRCSEQ
    from adrs
    where USUBJID = $usubjid and PARAMCD in ('BLASTBM', 'BLASTPB') and ANL01FL = 'Y' and AVAL is not null
),
heart as (
    select
        'Heart',
        case PARAMCD when 'LVEF' then 'LVEF' when 'SF' then 'Shortening fraction' when 'TROPONIN' then 'Troponin'
            else 'NT-proBNP' end,
        ADT, ADY, cast(null as integer), AVAL, AVALQ, AVALU, cast(ATOXGR as integer), cast(null as double), UPLIM,
        cast(null as varchar),
        case when CTRCD in ('mild', 'moderate', 'severe') then CTRCD when RISEFL = 'Y' then 'rise' end, SRCSEQ,
        null, null, null, null, null, null, SERIES, CTRCD, RISEFL
    from adcv
    where USUBJID = $usubjid and ANL01FL = 'Y' and PARAMCD in ('LVEF', 'SF', 'TROPONIN', 'NTPROBNP')
),
response as (
    select
        'Response', 'Response', ADT, ADY, cast(null as integer),
        cast(null as double), cast(null as varchar), cast(null as varchar), cast(null as integer), cast(null as double),
        cast(null as double),
        RSEVAL, AVALC, SRCSEQ
    from adrs
    where USUBJID = $usubjid and PARAMCD = 'OVRLRESP' and ANL01FL = 'Y'
),
without_details as (
    select * from milestone
    union all select * from blood
    union all select * from blast
    union all select * from response
),
everything as (
    select * from infusion
    union all select *, null, null, null, null, null, null, null, null, null from without_details
    union all select * from event
    union all select * from heart
)
select s.USUBJID, s.SUBJID, s.TRTA, s.DISEASE, e.*
from everything as e
cross join subject as s
order by list_position(['Infusions', 'Milestones', 'Adverse events', 'Blood counts', 'Blasts', 'Heart', 'Response'],
    e.PANEL),
         e.TRACE, e.ADY nulls last, e.SEQ

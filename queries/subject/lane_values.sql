-- Question: what was measured in each treated subject, on which study day: blood counts, blasts, liver, kidney, QTcF,
--     heart, concentrations?
-- Grain: one value of a treated subject, or one result without a number that can be read (AVAL null); what was not done
--     is no result. $people: of these subjects alone, or null for all.
-- Of several values of a laboratory test on a day, the last. XULN: the value as a multiple of its own upper limit of
-- normal, null without one; XBASE: the baseline as such. DAYN: ADY and the share of the day, where the time is known.
-- AVALC: what was delivered, of a result without a number. AVALQ: the value is only a limit; a concentration below the
-- limit of quantification is '<' of that limit, without a number where the limit is not known. PARAM: the name of what
-- was measured in a concentration. QTcF: each time point, and what was delivered as a limit or cannot be read, unless
-- QTcF was derived for that time point. ADY is null where the day is not known: such a row is counted, not drawn.
with treated as (
    select USUBJID, SUBJID, TRTA, TRTAN, DISEASE, TRTSDT
    from adsl
    where SAFFL = 'Y' and case when $people is null then true else USUBJID in (select unnest($people)) end
),
laboratory_test (PARAMCD, PANEL, TRACE, HIGH) as (
    -- The trial's own codes for neutrophils and platelets, beside CDISC's
    select TESTCD, 'Blood counts', case ROLE when 'ANC' then 'Neutrophils' else 'Platelets' end, false
    from trial.test_code
    where ROLE in ('ANC', 'PLATELETS')
    union
    values ('HGB', 'Blood counts', 'Haemoglobin', false), ('ALT', 'Liver', 'ALT', true),
        ('BILI', 'Liver', 'Bilirubin', true), ('CREAT', 'Kidney', 'Creatinine', true)
),
laboratory as (
    select
        l.USUBJID, t.PANEL, t.TRACE, l.ADT, l.ADY, l.AVAL, l.AVALC, l.AVALQ, l.AVALU,
        case when t.HIGH then l.ATOXGRH else l.ATOXGRL end as GRADE,
        case when not t.HIGH then l.ANRLO end as LOLIM, case when t.HIGH and l.ANRHI > 0 then l.ANRHI end as UPLIM,
        l.AVAL / UPLIM as XULN, l.BASE / UPLIM as XBASE, l.AVISIT as NOTE, l.LBSEQ as SEQ
    from adlb as l
    semi join treated on treated.USUBJID = l.USUBJID
    join laboratory_test as t on t.PARAMCD = l.PARAMCD
    where l.NOTERM is distinct from 'not done' and l.NOTERM is distinct from 'specimen is not blood'
      and (l.ANL01FL = 'Y' or l.AVAL is null or l.ADT is null)
),
blast as (
    select
        USUBJID, 'Blasts' as PANEL, case PARAMCD when 'BLASTBM' then 'Marrow blasts' else 'Blood blasts' end as TRACE,
        ADT, ADY, AVAL, coalesce(AVALU, '%') as AVALU, SRCSEQ as SEQ
    from adrs
    semi join treated using (USUBJID)
    where PARAMCD in ('BLASTBM', 'BLASTPB') and ANL01FL = 'Y' and AVAL is not null
),
ecg as (
    select
        USUBJID, 'ECG' as PANEL, 'QTcF' as TRACE, ADT, ADY, AVAL, AVALU, AVALCA1 as MARK,
        concat_ws(', ', AVISIT, ATPT) as NOTE,
        ADY + coalesce(epoch(ADTM - cast(ADT as timestamp)) / 86400, 0) as DAYN,
        row_number() over (partition by USUBJID, ADT order by ADTM, VISITNUM, ATPTN, ATPT) as SEQ
    from adeg
    semi join treated using (USUBJID)
    where PARAMCD = 'QTCF'
    union all by name
    select
        o.USUBJID, 'ECG' as PANEL, 'QTcF' as TRACE, o.ADT,
        cast(o.ADT - t.TRTSDT + case when o.ADT >= t.TRTSDT then 1 else 0 end as integer) as ADY,
        case when o.REASONCD = 'LIMIT' then coalesce(nullif(o.LEASTMS, 0), o.MOSTMS) end as AVAL,
        case when AVAL is null then null when coalesce(o.LEASTMS, 0) > 0 then '>' else '<' end as AVALQ,
        'ms' as AVALU, o.AVALC, o.AVISIT as NOTE, 1000 + o.SRCSEQ as SEQ
    from adegout as o
    join treated as t on t.USUBJID = o.USUBJID
    where o.PARAMCD = 'QTCF' and o.DERFL is null and o.REASONCD <> 'NO RESULT'
),
heart as (
    select
        USUBJID, 'Heart' as PANEL,
        case PARAMCD when 'LVEF' then 'LVEF' when 'SF' then 'Shortening fraction' when 'TROPONIN' then 'Troponin'
            else 'NT-proBNP' end as TRACE,
        ADT, ADY, AVAL, AVALC, AVALQ, AVALU, ATOXGR as GRADE, UPLIM,
        case when CTRCD in ('mild', 'moderate', 'severe') then CTRCD when RISEFL = 'Y' then 'rise' end as MARK,
        SRCSEQ as SEQ, SERIES, CTRCD, RISEFL
    from adcv
    semi join treated using (USUBJID)
    where ANL01FL = 'Y' and PARAMCD in ('LVEF', 'SF', 'TROPONIN', 'NTPROBNP')
),
concentration as (
    select
        p.USUBJID, 'Concentrations' as PANEL,
        case p.PARAMCD when 'PARENT' then 'Study drug' else 'Metabolite' end as TRACE, p.PARAM, p.ADT,
        cast(p.ADT - t.TRTSDT + case when p.ADT >= t.TRTSDT then 1 else 0 end as integer) as ADY,
        case when p.BLQFL = 'Y' then p.ALLOQ else coalesce(p.AVAL, p.AULOQ) end as AVAL,
        case when p.BLQFL = 'Y' then '<' when p.AULOQ is not null then '>' end as AVALQ,
        p.AVALC, p.AVALU, p.PCSEQ as SEQ, p.COURSE, p.COURSEDY, p.NRRLT,
        ADY + coalesce(epoch(p.ADTM - cast(p.ADT as timestamp)) / 86400, 0) as DAYN
    from adpc as p
    join treated as t on t.USUBJID = p.USUBJID
    where p.PCSTAT is null
),
everything as (
    select * from laboratory
    union all by name select * from blast
    union all by name select * from ecg
    union all by name select * from heart
    union all by name select * from concentration
)
select
    t.SUBJID, t.TRTA, t.TRTAN, t.DISEASE,
    e.* replace (case when e.AVAL is null then e.AVALC end as AVALC, coalesce(e.DAYN, e.ADY) as DAYN)
from everything as e
join treated as t on t.USUBJID = e.USUBJID
order by t.USUBJID, e.PANEL, e.TRACE, e.ADY nulls last, e.DAYN, e.SEQ

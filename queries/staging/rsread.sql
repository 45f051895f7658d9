-- Question: what does each delivered response assessment say, of which day, and by whom?
-- Grain: one response assessment, done and with a result. RSROW: its number.
-- Reads: adsl, deathday, source.rs, trial.response_word, trial.test_code
-- Kept: no
-- READER: INVESTIGATOR (also where nobody is named), INDEPENDENT or OTHER. ADT: a partial date counts as early as its
-- text allows, but after the first infusion and not after death; ADTL is the last day that it can mean.
-- LEFTOUT: why it can count for nothing. SAMEDAY: another by the same reader that day counts in its place; of several
-- that differ the least favourable counts, of the same the one entered last.
with term(TEXT, AVALC, AVAL) as (
    -- Texts without case and marks, HAEM and LEUKAEM written HEM and LEUKEM
    values ('CR', 'CR', 1), ('COMPLETE REMISSION', 'CR', 1), ('COMPLETE RESPONSE', 'CR', 1), ('CR MRD', 'CR', 1),
        ('MORPHOLOGIC CR', 'CR', 1), ('MORPHOLOGIC COMPLETE REMISSION', 'CR', 1), ('CRM', 'CR', 1), ('CRC', 'CR', 1),
        ('CYTOGENETIC CR', 'CR', 1), ('MOLECULAR CR', 'CR', 1), ('COMPLETE REMISSION CR', 'CR', 1),
        ('CR MRD NEGATIVE', 'CR', 1), ('CR MRD POSITIVE', 'CR', 1), ('CRMRD', 'CR', 1),
        ('COMPLETE RESPONSE CR', 'CR', 1),
        ('CRH', 'CRh', 2), ('CR H', 'CRh', 2), ('CR WITH PARTIAL HEMATOLOGIC RECOVERY', 'CRh', 2),
        ('COMPLETE REMISSION WITH PARTIAL HEMATOLOGIC RECOVERY', 'CRh', 2),
        ('COMPLETE RESPONSE WITH PARTIAL HEMATOLOGIC RECOVERY', 'CRh', 2),
        ('CRI', 'CRi', 3), ('CR I', 'CRi', 3), ('CRP', 'CRi', 3), ('CR P', 'CRi', 3),
        ('CR WITH INCOMPLETE HEMATOLOGIC RECOVERY', 'CRi', 3), ('CR WITH INCOMPLETE COUNT RECOVERY', 'CRi', 3),
        ('CR WITH INCOMPLETE BLOOD COUNT RECOVERY', 'CRi', 3),
        ('COMPLETE REMISSION WITH INCOMPLETE HEMATOLOGIC RECOVERY', 'CRi', 3),
        ('COMPLETE REMISSION WITH INCOMPLETE BLOOD COUNT RECOVERY', 'CRi', 3),
        ('COMPLETE REMISSION WITH INCOMPLETE COUNT RECOVERY', 'CRi', 3),
        ('COMPLETE RESPONSE WITH INCOMPLETE HEMATOLOGIC RECOVERY', 'CRi', 3),
        ('COMPLETE REMISSION WITH INCOMPLETE PLATELET RECOVERY', 'CRi', 3),
        ('CR WITH INCOMPLETE PLATELET RECOVERY', 'CRi', 3),
        ('MLFS', 'MLFS', 4), ('MORPHOLOGIC LEUKEMIA FREE STATE', 'MLFS', 4),
        ('PR', 'PR', 5), ('PARTIAL REMISSION', 'PR', 5), ('PARTIAL RESPONSE', 'PR', 5),
        ('NR', 'NR', 6), ('SD', 'NR', 6), ('STABLE DISEASE', 'NR', 6), ('NO RESPONSE', 'NR', 6),
        ('NON RESPONSE', 'NR', 6), ('RESISTANT DISEASE', 'NR', 6), ('REFRACTORY DISEASE', 'NR', 6),
        ('TREATMENT FAILURE', 'NR', 6), ('INDUCTION FAILURE', 'NR', 6), ('NO REMISSION', 'NR', 6), ('NO CR', 'NR', 6),
        ('NONRESPONSE', 'NR', 6), ('NON RESPONDER', 'NR', 6), ('RD', 'NR', 6),
        ('PD', 'PD', 7), ('PROGRESSIVE DISEASE', 'PD', 7), ('DISEASE PROGRESSION', 'PD', 7), ('PROGRESSION', 'PD', 7),
        ('PROGRESSED', 'PD', 7), ('DISEASE PROGRESSED', 'PD', 7),
        ('RELAPSE', 'RELAPSE', 8), ('RELAPSED DISEASE', 'RELAPSE', 8), ('RELAPSED', 'RELAPSE', 8),
        ('DISEASE RELAPSE', 'RELAPSE', 8), ('MORPHOLOGIC RELAPSE', 'RELAPSE', 8), ('HEMATOLOGIC RELAPSE', 'RELAPSE', 8),
        ('RELAPSE FROM CR', 'RELAPSE', 8), ('RELAPSE AFTER CR', 'RELAPSE', 8), ('REL', 'RELAPSE', 8),
        ('RELAPSE FROM COMPLETE REMISSION', 'RELAPSE', 8), ('RELAPSE AFTER COMPLETE REMISSION', 'RELAPSE', 8),
        ('PD RELAPSE', 'RELAPSE', 8), ('RELAPSE PD', 'RELAPSE', 8), ('PROGRESSIVE DISEASE RELAPSE', 'RELAPSE', 8),
        ('RELAPSE PROGRESSIVE DISEASE', 'RELAPSE', 8), ('RELAPSE PROGRESSION', 'RELAPSE', 8),
        ('PROGRESSION RELAPSE', 'RELAPSE', 8), ('RECURRENCE', 'RELAPSE', 8), ('RECURRENT DISEASE', 'RELAPSE', 8),
        ('NE', 'NE', 9), ('NOT EVALUABLE', 'NE', 9), ('INEVALUABLE', 'NE', 9), ('UNEVALUABLE', 'NE', 9),
        ('NON EVALUABLE', 'NE', 9), ('NOT ASSESSABLE', 'NE', 9), ('UNABLE TO ASSESS', 'NE', 9)
),
illness(NAME) as (
    values ('DISEASE'), ('LEUKEMIA'), ('ACUTE LEUKEMIA'), ('AML'), ('ALL'), ('ACUTE MYELOID LEUKEMIA'),
        ('ACUTE LYMPHOBLASTIC LEUKEMIA'), ('ACUTE MYELOID LEUKEMIA AML'), ('ACUTE LYMPHOBLASTIC LEUKEMIA ALL')
),
place(NAME) as (
    values ('BONE MARROW'), ('BM'), ('MARROW'), ('MEDULLARY'), ('CNS'), ('TESTICULAR'), ('EXTRAMEDULLARY'),
        ('COMBINED'), ('HEMATOLOGIC'), ('MORPHOLOGIC'), ('FIRST'), ('EARLY'), ('LATE'), ('OVERT')
),
pattern(BEFORE, AFTER, AVALC, AVAL) as (
    -- Words around an illness
    values ('RELAPSED ', '', 'RELAPSE', 8), ('RELAPSE OF ', '', 'RELAPSE', 8), ('', ' RELAPSE', 'RELAPSE', 8),
        ('RELAPSE OF THE ', '', 'RELAPSE', 8), ('', ' RELAPSED', 'RELAPSE', 8), ('RECURRENT ', '', 'RELAPSE', 8),
        ('RECURRENCE OF ', '', 'RELAPSE', 8), ('', ' RECURRENCE', 'RELAPSE', 8), ('RELAPSING ', '', 'RELAPSE', 8),
        ('PROGRESSIVE ', '', 'PD', 7), ('PROGRESSION OF ', '', 'PD', 7), ('', ' PROGRESSION', 'PD', 7),
        ('PROGRESSING ', '', 'PD', 7), ('PROGRESSED ', '', 'PD', 7),
        ('RESISTANT ', '', 'NR', 6), ('REFRACTORY ', '', 'NR', 6), ('PERSISTENT ', '', 'NR', 6),
        ('STABLE ', '', 'NR', 6)
),
worded as (
    select TEXT, AVALC, AVAL from term
    union
    select BEFORE || NAME || AFTER, AVALC, AVAL from illness cross join pattern
    union
    select unnest([NAME || ' RELAPSE', 'ISOLATED ' || NAME || ' RELAPSE', 'RELAPSE ' || NAME, 'RELAPSE IN ' || NAME]),
        'RELAPSE', 8
    from place
),
reading as (
    -- Each alone, or with another that says the same: "Progressive Disease (PD)", "PD - progression"
    select TEXT, AVALC, AVAL from worded
    union
    select unnest([a.TEXT || ' ' || b.TEXT, b.TEXT || ' ' || a.TEXT]), a.AVALC, a.AVAL
    from worded as a
    join term as b on b.AVALC = a.AVALC
),
independent as (
    select '(^|[^A-Z])(' || string_agg(regexp_escape(WORD), '|') || ')' as PATTERN
    from trial.response_word
    where KIND = 'INDEPENDENT'
),
delivered as (
    select
        rs.*, row_number() over () as RSROW, coalesce(rs.RSSTRESC, rs.RSORRES) as RESULT, upper(rs.RSEVAL) as EVALUATOR
    from source.rs as rs
    join trial.test_code as t on t.ROLE = 'RESPONSE' and t.TESTCD = upper(rs.RSTESTCD)
    where coalesce(rs.RSSTRESC, rs.RSORRES) is not null and coalesce(upper(rs.RSSTAT), '') <> 'NOT DONE'
),
plain as (
    select
        *,
        trim(regexp_replace(replace(replace(upper(RESULT), 'AEM', 'EM'), 'LOGICAL', 'LOGIC'),
            '[^A-Z0-9]+', ' ', 'g')) as TEXT
    from delivered
),
assessed as (
    select
        p.USUBJID, p.RSROW, p.RSSEQ, p.VISIT, p.RSEVAL, p.RSDT, p.RSDTF, p.RSDTL,
        coalesce(r.AVALC, p.RESULT) as AVALC, r.AVAL,
        case when p.RSEVAL is null then 'INVESTIGATOR'
             when regexp_matches(p.EVALUATOR, (select PATTERN from independent)) then 'INDEPENDENT'
             when regexp_matches(p.EVALUATOR, 'INVESTIGATOR|PHYSICIAN|^INV$|^PI$|^SITE') then 'INVESTIGATOR'
             else 'OTHER' end as READER,
        coalesce(upper(left(p.RSACPTFL, 1)) = 'Y', false) as ACCEPTED,
        s.TRTSDT, s.CUTDT, d.DTHDT, d.DTHDTL
    from plain as p
    left join reading as r on r.TEXT = p.TEXT
    left join adsl as s on s.USUBJID = p.USUBJID
    left join deathday as d on d.USUBJID = p.USUBJID
),
dated as (
    select
        * exclude (RSDTL),
        case when RSDTF is null then RSDT
            else least(greatest(RSDT, TRTSDT + 1), RSDTL, CUTDT, coalesce(DTHDTL, CUTDT)) end as ADT,
        case when RSDTF is null then RSDT else greatest(ADT, least(RSDTL, CUTDT, coalesce(DTHDTL, CUTDT))) end as ADTL,
        case when TRTSDT is null then 'NOT TREATED'
             when RSDT is null then 'NO DATE'
             when RSDTL <= TRTSDT then 'BEFORE TREATMENT'
             when RSDT > DTHDTL then 'AFTER DEATH'
             when AVAL is null then 'NOT RECOGNISED'
        end as LEFTOUT
    from assessed
)
select
    *,
    case when LEFTOUT is null then row_number() over readings end > 1 as SAMEDAY,
    case when LEFTOUT is null then min(AVAL) over day <> max(AVAL) over day end as DIFFERS
from dated
window
    day as (partition by USUBJID, READER, ADT, RSDTF, LEFTOUT),
    readings as (partition by USUBJID, READER, ADT, RSDTF, LEFTOUT
        order by ACCEPTED desc, AVALC = 'NE', AVAL desc, RSSEQ desc nulls last, RSROW desc)

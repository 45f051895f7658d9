-- Question: what does each delivered response assessment say, of which day, and by whom?
-- Grain: one response assessment, done and with a result. RSROW: its number.
-- Reads: adsl, deathday, source.rs, trial.response_term, trial.response_word, trial.test_code
-- Kept: no
-- READER: INVESTIGATOR (also where nobody is named), INDEPENDENT or OTHER. ADT: a partial date counts as early as its
-- text allows, but after the first infusion and not after death; ADTL is the last day that it can mean.
-- LEFTOUT: why it can count for nothing. SAMEDAY: another by the same reader that day counts in its place; of several
-- that differ the least favourable counts, of the same the one entered last.
with rank(AVALC, AVAL) as (
    values ('CR', 1), ('CRh', 2), ('CRi', 3), ('MLFS', 4), ('PR', 5), ('NR', 6), ('PD', 7), ('RELAPSE', 8), ('NE', 9)
),
-- the trial's table, compared as the delivered text is
term as (
    select distinct
        trim(regexp_replace(replace(replace(upper(t.SPELLING), 'AEM', 'EM'), 'LOGICAL', 'LOGIC'),
            '[^A-Z0-9]+', ' ', 'g')) as TEXT,
        t.AVALC, r.AVAL
    from trial.response_term as t
    join rank as r on r.AVALC = t.AVALC
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
        -- "w/" is with, "w/o" without
        trim(regexp_replace(replace(replace(
            regexp_replace(regexp_replace(upper(RESULT), '\bW/O\b', 'WITHOUT'), '\bW/', 'WITH '),
            'AEM', 'EM'), 'LOGICAL', 'LOGIC'), '[^A-Z0-9]+', ' ', 'g')) as TEXT,
        -- residual disease, and by what it was measured, beside a response: the response without it
        trim(regexp_replace(regexp_replace(TEXT, '\b((WITH|WITHOUT|AND|BY|NO) )*'
            || '(MRD|(MINIMAL|MEASURABLE) RESIDUAL DISEASE)'
            || '( (POSITIVE|NEGATIVE|POS|NEG|UNKNOWN|DETECTABLE|UNDETECTABLE|MRD|NOT (DONE|ASSESSED|AVAILABLE)))*'
            || '( BY)?( (MULTIPARAMETER|FLOW|CYTOMETRY|MFC|PCR|RQ|RT|NGS))*\b', ' ', 'g'), ' +', ' ', 'g')) as BARE
    from delivered
),
assessed as (
    select
        p.USUBJID, p.RSROW, p.RSSEQ, p.VISIT, p.RSEVAL, p.RSDT, p.RSDTF, p.RSDTL,
        coalesce(r.AVALC, b.AVALC, p.RESULT) as AVALC, coalesce(r.AVAL, b.AVAL) as AVAL,
        case when p.RSEVAL is null then 'INVESTIGATOR'
             when regexp_matches(p.EVALUATOR, (select PATTERN from independent)) then 'INDEPENDENT'
             when regexp_matches(p.EVALUATOR, 'INVESTIGATOR|PHYSICIAN|^INV$|^PI$|^SITE') then 'INVESTIGATOR'
             else 'OTHER' end as READER,
        coalesce(upper(left(p.RSACPTFL, 1)) = 'Y', false) as ACCEPTED,
        s.TRTSDT, s.CUTDT, d.DTHDT, d.DTHDTL
    from plain as p
    left join reading as r on r.TEXT = p.TEXT
    left join reading as b on b.TEXT = p.BARE and b.AVAL <= 5
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

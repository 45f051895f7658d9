-- Question: how was this subject treated, which events, medicines and responses were reported, day by day?
-- Grain: one infusion (all that was given on one day), milestone, adverse event, medicine or response assessment of the
--     subject ($usubjid).
-- ADY is null where the day is not known: such a row is counted, not drawn. A death is at the first day its date
-- allows, AENDY the last. LASTADY: the last day that anything of the subject can be of: the day of death at the
-- latest, else the data cut.
-- Medicines: what CM says was given on or after the first infusion, or has no end; not what its category calls prior
-- (unless it began after the first infusion), nor what was not given. MARK is why one matters: THERAPY (by the trial's
-- words for treatment of the leukaemia, an anthracycline), CARDIOPROTECTIVE, GROWTH FACTOR, TRANSFUSION, QT (it can
-- prolong QT: CredibleMeds QTdrugs, risk known, possible or conditional).
with subject as (
    select
        s.*, d.DTHADY, d.DTHLADY,
        coalesce(d.DTHLADY, s.CUTDT - s.TRTSDT + case when s.CUTDT >= s.TRTSDT then 1 else 0 end) as LASTADY
    from adsl as s
    left join deathday as d on d.USUBJID = s.USUBJID
    where s.USUBJID = $usubjid
),
infusion as (
    select
        'Infusions' as PANEL, min(EXTRT) as TRACE, ASTDT as ADT, ADY,
        ADY + cast(max(coalesce(AENDT, ASTDT)) - ASTDT as integer) as AENDY,
        case when count(DOSE) = count(*) then sum(DOSE) end as AVAL, DOSEU as AVALU,
        string_agg(distinct EXADJ, '; ' order by EXADJ) as MARK, min(EXSEQ) as SEQ,
        cast(COURSE as integer) as COURSE, cast(COURSEDY as integer) as COURSEDY
    from adex
    where USUBJID = $usubjid
    -- records of a partial date, or in different units, are not put together
    group by ASTDT, ADY, DOSEU, COURSE, COURSEDY, case when ASTDTF is not null then EXSEQ end
),
dated as (
    select 'Transplant' as TRACE, HSCTDT as ADT, cast(null as varchar) as NOTE from subject
    union all
    select 'End of treatment', EOTDT, lower(EOTREAS) from subject
    union all
    select 'End of study', case when DTHFL is distinct from 'Y' then EOSDT end, lower(DCSREAS) from subject
    union all
    select 'Data cut', CUTDT, null from subject
),
milestone as (
    select
        'Milestones' as PANEL, d.TRACE, d.ADT, d.NOTE,
        cast(d.ADT - s.TRTSDT + case when d.ADT >= s.TRTSDT then 1 else 0 end as integer) as ADY
    from dated as d
    cross join subject as s
    where d.ADT is not null
    union all by name
    select 'Milestones' as PANEL, 'Death' as TRACE, DTHDT as ADT, DTHADY as ADY, DTHLADY as AENDY
    from subject
    where DTHFL = 'Y'
),
event as (
    select
        'Adverse events' as PANEL, coalesce(AEDECOD, 'Term not delivered') as TRACE, ASTDT as ADT, ADY, AENDY,
        cast(ATOXGR as integer) as GRADE,
        case when DLTFL = 'Y' then 'DLT' end as MARK, AESEQ as SEQ, AESERC, RELFL, AESEV, AEOUT
    from adae
    where USUBJID = $usubjid
),
word (MEANCD, RANK, PATTERN) as (
    select 'THERAPY', 1, PATTERN from trial.possible_therapy
    union all
    select 'THERAPY', 1, '(^|[^a-z])' || regexp_escape(lower(WORD)) from trial.response_word where KIND = 'DRUG'
    union all
    select 'THERAPY', 1, '(^|[^a-z])' || regexp_escape(lower(AGENT)) from trial.anthracycline
    union all
    values ('CARDIOPROTECTIVE', 2, 'dexrazoxane'),
        ('GROWTH FACTOR', 3, 'g-?csf|grastim|gramostim|(^|[^a-z])(darb)?epoetin|romiplostim|eltrombopag')
    union all
    select 'TRANSFUSION', 4, PATTERN from trial.transfusion where KIND in ('PLATELETS', 'TRANSFUSION')
    union all
    values ('QT', 5, 'setron|conazole|floxacin|thromycin|azithromycin|methadone|haloperidol|droperidol|domperidone'
        || '|amiodarone|sotalol|pentamidine|chlorpromazine|promethazine|hydroxyzine|citalopram|arsenic|foscarnet'
        || '|chloroquine|quetiapine|olanzapine|risperidone')
),
given as (
    select
        c.*, s.TRTSDT,
        concat_ws(' ', lower(c.CMDECOD), lower(c.CMTRT)) as NAMES, upper(coalesce(c.CMCAT, '')) as CATEGORY
    from source.cm as c
    cross join subject as s
    where c.USUBJID = $usubjid and upper(left(coalesce(c.CMOCCUR, 'Y'), 1)) <> 'N'
      and coalesce(c.CMENDTL >= s.TRTSDT, true)
      and (coalesce(c.CMSTDT > s.TRTSDT, false)
          or not regexp_matches(CATEGORY, 'PRIOR|PREVIOUS')
          or regexp_matches(CATEGORY, 'CONCOM|CONCURR|DURING|ONGOING'))
),
medicine as (
    select
        'Medicines' as PANEL, coalesce(g.CMDECOD, g.CMTRT, 'Not named') as TRACE, g.CMSTDT as ADT,
        cast(g.CMSTDT - g.TRTSDT + case when g.CMSTDT >= g.TRTSDT then 1 else 0 end as integer) as ADY,
        cast(g.CMENDTL - g.TRTSDT + 1 as integer) as AENDY,
        (select arg_min(w.MEANCD, w.RANK) from word as w where regexp_matches(g.NAMES, w.PATTERN)) as MARK,
        g.CMSEQ as SEQ, g.CMINDC as NOTE,
        case when g.CMSTDTF is not null then g.CMSTDTC end as STDTC,
        case when g.CMENDTF is not null or (g.CMENDTL is null and g.CMENDTC is not null) then g.CMENDTC end as ENDTC
    from given as g
),
response as (
    select
        'Response' as PANEL, 'Response' as TRACE, ADT, ADY, RSEVAL as NOTE, AVALC as MARK, SRCSEQ as SEQ
    from adrs
    where USUBJID = $usubjid and PARAMCD = 'OVRLRESP' and ANL01FL = 'Y'
),
everything as (
    select * from infusion
    union all by name select * from milestone
    union all by name select * from event
    union all by name select * from medicine
    union all by name select * from response
)
select s.USUBJID, s.SUBJID, s.TRTA, s.DISEASE, cast(s.LASTADY as integer) as LASTADY, e.*
from everything as e
cross join subject as s
order by list_position(['Infusions', 'Milestones', 'Adverse events', 'Medicines', 'Response'], e.PANEL),
         e.TRACE, e.ADY nulls last, e.SEQ

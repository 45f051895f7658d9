-- Question: which signs of cardiac dysfunction (CTRCD after ESC 2022) has each subject, with and without symptoms?
-- Grain: one ejection fraction with a category, known or possible, after the first infusion or not known to be before
--     it; one such without a value that can be judged (LVEF NOT READ); one adverse event of heart failure, or that may
--     be one (HEART EVENT).
-- Reads: adae, adcv, adex, cvvalue, source.ae, source.cm, source.pr, source.supp, trial.cut, trial.heart_failure
-- Reads: trial.settings
-- Without symptoms: adcv. With symptoms (ESC 2022, table 3), of the terms that the trial's definition lists (as words
-- of the preferred term, or as the whole reported term): very severe with inotropes, mechanical support or transplant
-- during the event, or fatal; severe where admitted to hospital;
-- moderate where treatment of heart failure began during it; mild of grade 2 with none of these, where medication was
-- delivered. Otherwise its severity is not known and counts as moderate or worse: CTRCD moderate, CTRCDQ AT LEAST.
-- HEART EVENT, CTRCD possible and not known: such words in the reported term alone or after a "no", words that may mean
-- heart failure, or any other cardiac event, from the trial's possible_grade on or ungraded, since the first infusion,
-- not reported as unrelated, where no LVEF with a category was measured from its day on.
-- LVEF NOT READ, CTRCD possible and not known (severe at worst): TERM says DOUBTFUL (0.32 %, an unknown unit),
-- UNREADABLE ("~45", "see report") or NO RESULT; not where a result of that day by the same reader, or one before it,
-- can be judged, unless this one is a doubtful number.
-- LVEF, CTRCD none and moderate or severe possible: a fall under 10 points to less than 50 % where strain or markers
-- were not measured (CTRCDMIS, adcv's CTRCDMAY). Mild, from 50 % on, is not taken as possible for that alone.
-- COUNTFL = 'N' with REASONCD: BEFORE (not treatment-emergent), UNRELATED (adjudicated so), LOW GRADE (without
-- symptoms). An unknown grade or relation counts, an unknown date too.
with term as (
    select KIND, TERM, '(^|[^a-z])' || regexp_escape(TERM) || '([^a-z]|$)' as PATTERN from trial.heart_failure
),
event as (
    select
        -- what began before the first infusion and was fatal after it is of the day of the death; there is no day 0
        * replace (
            coalesce(AEWORSDT, ASTDT) as ASTDT, if(AEWORSDT is null, ASTDTF, null) as ASTDTF,
            coalesce(cast(AEWORSDT - ASTDT as integer) + ADY + 1, ADY) as ADY
        ),
        row_number() over (order by USUBJID, AESEQ, ASTDT, AETERM) as HFNUM,
        lower(AETERM) in (select TERM from term where KIND = 'TERM') as REPORTED,
        regexp_matches(lower(AEDECOD), '(^|[^a-z])(no|not|without|absence of|risk of|history of)([^a-z]|$)') as DENIED
    from adae
),
worded_text as (
    select
        e.AEDECOD, e.AETERM,
        coalesce(bool_or(t.KIND = 'TERM' and regexp_matches(lower(e.AEDECOD), t.PATTERN)), false) as NAMED
    from (select distinct AEDECOD, AETERM from event) as e
    join term as t
        on t.KIND in ('TERM', 'POSSIBLE') and regexp_matches(lower(concat_ws(' | ', e.AEDECOD, e.AETERM)), t.PATTERN)
    group by e.AEDECOD, e.AETERM
),
worded as (
    select e.HFNUM, w.NAMED
    from event as e
    join worded_text as w on w.AEDECOD is not distinct from e.AEDECOD and w.AETERM is not distinct from e.AETERM
),
failure as (
    select e.*
    from event as e
    left join worded as w on w.HFNUM = e.HFNUM
    where e.REPORTED or (w.NAMED and not coalesce(e.DENIED, false))
),
heart_event as (
    select e.*
    from event as e
    cross join trial.settings as u
    left join worded as w on w.HFNUM = e.HFNUM
    where (w.HFNUM is not null or e.CARDFL = 'Y') and e.HFNUM not in (select HFNUM from failure)
      and e.TRTEMFL = 'Y' and coalesce(e.RELFL, '') <> 'N' and coalesce(e.ATOXGR >= u.HFPOSS, true)
      and not exists (
          select 1 from adcv as v
          where v.USUBJID = e.USUBJID and v.PARAMCD = 'LVEF' and v.JUDGEFL = 'Y' and v.CTRCD is not null
            and v.ADT >= e.ASTDT
      )
),
-- flags of seriousness that adae does not hold, of the record itself or of SUPPAE
delivered as (
    select USUBJID, AESEQ, AETERM, AESTDTC, max(upper(left(AESHOSP, 1))) as HOSP from source.ae group by all
),
supplied as (
    select
        USUBJID, IDVARVALN as AESEQ,
        max(QVALYN) as HOSP
    from source.supp
    where upper(RDOMAIN) = 'AE' and upper(IDVAR) = 'AESEQ' and upper(QNAM) = 'AESHOSP'
    group by all
),
given as (
    select
        'CM' as DATASET, USUBJID, lower(concat_ws(' | ', CMDECOD, CMTRT)) as WORDS,
        CMSTDT as FROMDT, CMSTDTL as FROMLATEST, CMENDTL as UNTILDT
    from source.cm
    where coalesce(upper(left(CMOCCUR, 1)), 'Y') <> 'N'
    union all
    select 'PR', USUBJID, lower(concat_ws(' | ', PRDECOD, PRTRT)), PRSTDT, PRSTDTL, PRENDTL
    from source.pr
    where coalesce(upper(left(PROCCUR, 1)), 'Y') <> 'N'
),
-- each text once, and the terms of a kind as one pattern: a pattern that is a column is slow
kind as (
    select case KIND when 'SUPPORT' then 'PR' else 'CM' end as DATASET, KIND, string_agg(PATTERN, '|') as PATTERN
    from term
    where KIND in ('INOTROPE', 'THERAPY', 'SUPPORT')
    group by KIND
),
named_treatment as (
    select g.DATASET, g.WORDS, k.KIND
    from (select distinct DATASET, WORDS from given) as g
    join kind as k on k.DATASET = g.DATASET and regexp_matches(g.WORDS, k.PATTERN)
),
treatment as (
    select g.USUBJID, n.KIND, g.FROMDT, g.FROMLATEST, g.UNTILDT
    from given as g
    join named_treatment as n on n.DATASET = g.DATASET and n.WORDS = g.WORDS
),
treated as (
    select
        f.HFNUM,
        -- an unknown date counts as one during the event; a support without an end has lasted
        bool_or(t.KIND <> 'THERAPY' and coalesce(t.UNTILDT >= f.ASTDT, true)) as SUPPORTED,
        bool_or(t.KIND = 'THERAPY' and coalesce(t.FROMLATEST >= f.ASTDT, true)) as INTENSIFIED
    from failure as f
    cross join trial.cut as c
    join treatment as t on t.USUBJID = f.USUBJID and coalesce(t.FROMDT <= coalesce(f.AENDT, c.CUTDT), true)
    group by f.HFNUM
),
known as (
    select
        f.*,
        coalesce(f.ATOXGR = 5 or upper(f.AEOUT) = 'FATAL', false) or coalesce(t.SUPPORTED, false) as VERYSEVERE,
        coalesce(t.INTENSIFIED, false) as INTENSIFIED,
        case when 'Y' in (d.HOSP, s.HOSP) then 'Y'
             when 'N' in (d.HOSP, s.HOSP) or upper(left(f.AESER, 1)) = 'N' then 'N' end as HOSPFL,
        (select count(*) > 0 from source.cm) as HASCM
    from failure as f
    left join treated as t on t.HFNUM = f.HFNUM
    left join delivered as d
        on d.USUBJID = f.USUBJID and d.AESEQ is not distinct from f.SRCSEQ and d.AETERM is not distinct from f.AETERM
        and d.AESTDTC is not distinct from f.AESTDTC
    left join supplied as s on s.USUBJID = f.USUBJID and s.AESEQ = f.SRCSEQ
),
graded as (
    select
        k.*,
        case when k.VERYSEVERE then 'very severe'
             when k.HOSPFL = 'Y' then 'severe'
             when k.HOSPFL = 'N' and k.INTENSIFIED then 'moderate'
             when k.HOSPFL = 'N' and k.HASCM and k.ATOXGR <= 2 then 'mild' end as SEVERITY,
        case when k.TRTEMFL <> 'Y' then 'BEFORE'
             when k.ATOXGR < u.HFGRADE then 'LOW GRADE'
             when k.RELFL = 'N' then 'UNRELATED' end as REASONCD
    from known as k
    cross join trial.settings as u
),
dosed as (
    select g.HFNUM,
        case when bool_and(lower(replace(coalesce(x.DOSEU, u.DOSEU), '²', '2')) = u.DOSEU and x.CUMDOSE is not null)
            then max(x.CUMDOSE) end as CUMDOSE
    from graded as g
    join adex as x on x.USUBJID = g.USUBJID and x.ASTDT <= g.ASTDT
    cross join trial.settings as u
    group by g.HFNUM
),
sign as (
    select
        USUBJID, 'LVEF' as ORIGIN, PARAM as TERM, ADT, ADTF, ADY, AVALC, CTRCD, CTRCDQ,
        case when CTRCDMAY in ('moderate', 'severe') and coalesce(CTRCDPOS, 'moderate') <> 'severe' then CTRCDMAY
            else CTRCDPOS end as CTRCDPOS,
        cast(null as integer) as ATOXGR, 'Y' as COUNTFL, cast(null as varchar) as REASONCD, CUMDOSE, SERIES,
        SRCDOM, SRCSEQ, case when CTRCDMAY in ('moderate', 'severe') then CTRCDMIS end as CTRCDMIS
    from adcv
    where PARAMCD = 'LVEF' and JUDGEFL = 'Y' and coalesce(CTRCD, CTRCDPOS) is not null
    union all
    select
        v.USUBJID, 'LVEF NOT READ', v.RESULTCD, v.ADT, v.ADTF,
        cast(case when v.ADTF is null then v.ADT - v.TRTSDT + case when v.ADT >= v.TRTSDT then 1 else 0 end end
            as integer),
        v.AVALC || case v.RESULTCD when 'DOUBTFUL' then coalesce(' ' || v.UNIT, '') else '' end, null, null, 'severe',
        null, 'Y', null, null, v.SERIES, 'CV', v.SRCSEQ, null
    from cvvalue as v
    where v.PARAMCD = 'LVEF' and v.RESULTCD in ('DOUBTFUL', 'UNREADABLE', 'NO RESULT') and v.TRTSDT is not null
      and coalesce(v.BEFOREFL, 'N') = 'N' and coalesce(v.FLAGFL, 'N') = 'N'
      and not exists (
          select 1 from cvvalue as o
          where o.USUBJID = v.USUBJID and o.PARAMCD = 'LVEF' and o.JUDGEFL = 'Y' and o.CHOICE = 1
            and o.ADT = v.ADT and o.ADTF is null and v.ADTF is null
            and o.BEFOREFL is not distinct from v.BEFOREFL
            and (o.READERN < v.READERN or (o.READERN = v.READERN and v.RESULTCD <> 'DOUBTFUL'))
      )
    union all
    select
        g.USUBJID, 'HEART FAILURE', g.AEDECOD, g.ASTDT, g.ASTDTF, g.ADY, null, coalesce(g.SEVERITY, 'moderate'),
        case when g.SEVERITY is null then 'AT LEAST' end, case when g.SEVERITY is null then 'very severe' end,
        g.ATOXGR, case when g.REASONCD is null then 'Y' else 'N' end, g.REASONCD, d.CUMDOSE, null, 'AE', g.AESEQ, null
    from graded as g
    left join dosed as d on d.HFNUM = g.HFNUM
    union all
    select
        USUBJID, 'HEART EVENT', AEDECOD, ASTDT, ASTDTF, ADY, null, null, null, 'very severe', ATOXGR, 'Y', null, null,
        null, 'AE', AESEQ, null
    from heart_event
)
select
    *,
    cast(list_position(['none', 'mild', 'moderate', 'severe', 'very severe'], CTRCD) as integer) as CTRCDN,
    cast(list_position(['none', 'mild', 'moderate', 'severe', 'very severe'], CTRCDPOS) as integer) as CTRCDPOSN
from sign
order by USUBJID, ADT, ORIGIN, SRCSEQ

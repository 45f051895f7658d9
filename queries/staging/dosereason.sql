-- Question: why was less than planned given in the first course, and does the reason mean toxicity?
-- Grain: one treated subject with a reason, or with a smaller dose that was delivered without one.
-- Reads: adae, adex, adsl, exdose, exsupp, trial.dose_reason, trial.settings
-- Kept: no
-- Kept by adexsum. REASCD: TOXICITY (a word that means it, or an event that is not known to be unrelated to the drug),
-- OTHER (a word of another reason beside none that is not known, or an event unrelated to the drug and no DLT), DOUBT,
-- NONE (a smaller dose delivered without a reason). Toxicity comes before none, none before doubt, doubt before others.
with course as (
    -- until when an event can have been the reason: the last day an infusion was given or due
    select
        a.USUBJID, a.TRTSDT, a.DOSE as LEVELDOSE, a.EOTREAS, a.EOTDT, s.DOSETOL,
        greatest(e.LASTDT, a.TRTSDT + cast(s.INFUSIONS - 1 as integer)) as LASTDT,
        least(e.NEXTDT, a.TRTSDT + cast(s.DLTDAYS as integer)) as NEXTDT
    from adsl as a
    cross join trial.settings as s
    join (
        select
            USUBJID, max(ASTDT) filter (where COURSE = 1) as LASTDT, min(ASTDT) filter (where COURSE = 2) as NEXTDT
        from adex
        group by USUBJID
    ) as e on e.USUBJID = a.USUBJID
    where a.TRTSDT is not null
),
supplement as (
    select USUBJID, EXSEQ, string_agg(QVAL, '; ' order by QNAM) as QVAL
    from exsupp
    where regexp_matches(QNAM, '^(EX)?(ADJ|REAS|RSN|ADJRS)')
    group by all
),
-- records of the course with less than the dose of the level, or of no known dose
smaller as (
    select
        c.USUBJID, x.EXSEQ, x.DOSE is null and x.GIVENFL = 'Y' as UNKNOWNDOSE,
        nullif(trim(lower(regexp_replace(concat_ws('; ', x.EXADJ, x.EXREASOC, x.EXREASND, p.QVAL),
            '^(missed|omitted|withheld|held|reduced|interrupted|stopped) *[:,-] *', '', 'i'))), '') as REASON
    from course as c
    join exdose as x on x.USUBJID = c.USUBJID and x.EXSTDT >= c.TRTSDT and x.EXSTDT < c.NEXTDT
    left join supplement as p on p.USUBJID = x.USUBJID and p.EXSEQ = x.EXSEQ
    where x.GIVENFL = 'N' or x.DOSE is null
       or x.DOSE < case when x.DOSE = 0 then 1 else c.LEVELDOSE * (1 - c.DOSETOL) end
),
-- why the treatment ended, where it ended in the course and nothing else was delivered
ended as (
    select c.USUBJID, lower(c.EOTREAS) as EOTREAS
    from course as c
    where c.EOTREAS is not null and c.EOTDT <= c.LASTDT + 7
      and c.USUBJID not in (select USUBJID from smaller where REASON is not null)
),
event as (
    select
        c.USUBJID, lower(a.AEDECOD) as TERM, lower(a.AETERM) as REPORTED,
        coalesce(a.RELFL = 'N' and a.DLTFL is distinct from 'Y', false) as UNRELATED,
        regexp_matches(upper(a.AEACN), 'WITHDRAWN|REDUCED|INTERRUPT|DELAYED|HELD|STOPPED|DISCONTINU|OMITTED')
            and upper(a.AEACN) not like 'NOT %' as ACTED
    from adae as a
    join course as c on c.USUBJID = a.USUBJID
    where a.TRTEMFL = 'Y' and coalesce(a.ASTDT <= c.LASTDT, true)
),
given as (
    select USUBJID, EXSEQ, REASON from smaller where REASON is not null or not UNKNOWNDOSE
    union all
    select USUBJID, null, EOTREAS from ended
),
named as (
    select
        g.USUBJID, g.EXSEQ, g.REASON,
        count(*) filter (where not e.UNRELATED) > 0 as BYRELATED,
        count(*) filter (where e.UNRELATED) > 0 as BYUNRELATED
    from given as g
    join event as e on e.USUBJID = g.USUBJID
        and ((length(e.TERM) > 3 and contains(g.REASON, e.TERM))
            or (length(e.REPORTED) > 3 and contains(g.REASON, e.REPORTED)))
    group by all
),
-- each wording once: a pattern of a table is read anew for every text that it is held against
wording as (
    select distinct g.REASON, regexp_replace(g.REASON, n.PATTERN, '', 'g') || ' ' as PLAINLY
    from (select distinct REASON from given where REASON is not null) as g
    join trial.dose_reason as n on n.MEANS = 'NEGATED'
),
worded as (
    select
        g.REASON,
        count(*) filter (where w.MEANS = 'TOXICITY') > 0 as BYTOXICITY,
        count(*) filter (where w.MEANS = 'OTHER') > 0 and count(*) filter (where w.MEANS = 'PLAIN') > 0 as BYOTHER
    from wording as g
    join trial.dose_reason as w on w.MEANS <> 'NEGATED' and regexp_matches(g.PLAINLY, w.PATTERN)
    group by g.REASON
),
judged as (
    select
        g.USUBJID, g.REASON,
        case
            when g.REASON is null then 'NONE'
            when n.BYRELATED then 'TOXICITY'
            when n.BYUNRELATED and not regexp_matches(g.REASON, 'toxic|dose.limiting|dlt') then 'OTHER'
            when w.BYTOXICITY then 'TOXICITY'
            when w.BYOTHER then 'OTHER'
            else 'DOUBT'
        end as REASCD
    from given as g
    left join named as n on n.USUBJID = g.USUBJID and n.EXSEQ is not distinct from g.EXSEQ and n.REASON = g.REASON
    left join worded as w on w.REASON = g.REASON
),
acted as (
    select USUBJID, TERM, case when UNRELATED then 'OTHER' else 'TOXICITY' end as REASCD from event where ACTED
),
told as (
    select USUBJID, REASON, REASCD from judged
    -- an event for which the drug was withheld: the reason where none was delivered, and toxicity in any case
    union all
    select USUBJID, TERM, REASCD
    from acted
    where REASCD = 'TOXICITY' or USUBJID not in (select USUBJID from judged where REASON is not null)
)
select
    USUBJID,
    string_agg(distinct REASON, '; ' order by REASON) as REASON,
    case
        when count(*) filter (where REASCD = 'TOXICITY') > 0 then 'TOXICITY'
        -- the end of the treatment, or an event acted on, speaks for every dose of the course
        when count(*) filter (where REASCD = 'NONE') > 0
            and USUBJID not in (select USUBJID from acted union select USUBJID from ended) then 'NONE'
        when count(*) filter (where REASCD = 'DOUBT') > 0 then 'DOUBT'
        else 'OTHER'
    end as REASCD
from told
group by USUBJID

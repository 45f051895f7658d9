-- Question: which CTCAE grade does each laboratory value have, for the low and for the high term of its test?
-- Grain: one value and one term (a value with two terms has two rows, a value without a term none).
-- Reads: labvalue, reference.ctcae_criterion, reference.ctcae_term, reference.lab_unit
-- Kept: no
-- Of labvalue it needs LABNUM, AVAL, AVALU, AVALQ, ANRLO, ANRHI, BASE, BNRIND, PCHG, ATERML, ATERMH, CTCAEVER.
-- ASKED is the column the term stood in, DIRECTION the term's own. NOGRADE says why there is no grade; where it is
-- null, GRADE is 0 to 4.
-- Equal up to a share of 1e-9 counts as equal, so that the noise of 2.5 x 1.1 never moves a grade:
-- the cut points themselves are moved by it, outwards for > and <, inwards for >= and <=.
with criterion as (
    select
        VERSION, lower(TERM) as TERM, GRADE, BASIS, UNIT,
        CUT * case when COMPARE in ('>', '<=') then 1 + 1e-9 else 1 - 1e-9 end as CUT
    from reference.ctcae_criterion
),
has_unit as (
    select VERSION, TERM, max(case when UNIT <> '' then 1 else 0 end) as NEEDED
    from criterion
    group by VERSION, TERM
),
cut_unit as (
    select distinct c.VERSION, c.TERM, c.UNIT
    from criterion as c
    join has_unit as h on h.VERSION = c.VERSION and h.TERM = c.TERM
    where c.UNIT <> '' or h.NEEDED = 0
),
cut_point as (
    select
        t.VERSION, u.TERM, u.UNIT as CUTUNIT, t.DIRECTION, t.ANALYTE, t.BASELINE,
        case t.DIRECTION when 'H' then 1 else -1 end as SIGN,
        max(case when c.BASIS = 'limit' and c.GRADE = 1 then c.CUT end) as LIMIT1,
        max(case when c.BASIS = 'limit' and c.GRADE = 2 then c.CUT end) as LIMIT2,
        max(case when c.BASIS = 'limit' and c.GRADE = 3 then c.CUT end) as LIMIT3,
        max(case when c.BASIS = 'limit' and c.GRADE = 4 then c.CUT end) as LIMIT4,
        max(case when c.BASIS = 'above limit' and c.GRADE = 2 then c.CUT end) as ABOVE2,
        max(case when c.BASIS = 'above limit' and c.GRADE = 3 then c.CUT end) as ABOVE3,
        max(case when c.BASIS = 'value' and c.GRADE = 1 then c.CUT end) as VALUE1,
        max(case when c.BASIS = 'value' and c.GRADE = 2 then c.CUT end) as VALUE2,
        max(case when c.BASIS = 'value' and c.GRADE = 3 then c.CUT end) as VALUE3,
        max(case when c.BASIS = 'value' and c.GRADE = 4 then c.CUT end) as VALUE4,
        max(case when c.BASIS = 'baseline' and c.GRADE = 1 then c.CUT end) as BASE1,
        max(case when c.BASIS = 'baseline' and c.GRADE = 2 then c.CUT end) as BASE2,
        max(case when c.BASIS = 'baseline' and c.GRADE = 3 then c.CUT end) as BASE3,
        max(case when c.BASIS = 'baseline' and c.GRADE = 4 then c.CUT end) as BASE4,
        max(case when c.BASIS = 'open' then c.CUT end) as OPENVALUE,
        max(case when c.BASIS = 'open limit' then c.CUT end) as OPENLIMIT
    from cut_unit as u
    join reference.ctcae_term as t on t.VERSION = u.VERSION and lower(t.TERM) = u.TERM
    join criterion as c on c.VERSION = u.VERSION and c.TERM = u.TERM and c.UNIT in ('', u.UNIT)
    group by all
),
directed as (
    select LABNUM, 'L' as ASKED, lower(trim(ATERML)) as TERM, CTCAEVER, AVAL, AVALU, AVALQ, ANRLO, ANRHI, BASE, BNRIND,
        PCHG
    from labvalue where ATERML is not null
    union all
    select LABNUM, 'H', lower(trim(ATERMH)), CTCAEVER, AVAL, AVALU, AVALQ, ANRLO, ANRHI, BASE, BNRIND, PCHG
    from labvalue where ATERMH is not null
),
spelling as (
    select AVALU, replace(replace(replace(lower(AVALU), ' ', ''), 'µ', 'u'), 'μ', 'u') as UNIT
    from (select distinct coalesce(AVALU, '') as AVALU from labvalue)
),
-- Cut points in the unit of the value, so that the value itself is compared as it was reported.
cut as (
    select
        p.*, s.AVALU,
        p.CUTUNIT = '' or u.CUTFACTOR is not null as UNITKNOWN,
        coalesce(u.CUTFACTOR, 1) as FACTOR
    from cut_point as p
    cross join spelling as s
    left join reference.lab_unit as u on u.ANALYTE = p.ANALYTE and u.UNIT = s.UNIT and u.CUTUNIT = p.CUTUNIT
),
known_cut as (
    select * from cut where UNITKNOWN
),
measured as (
    select
        d.LABNUM, d.ASKED, t.TERM, t.DIRECTION, d.AVAL, d.AVALQ, k.* exclude (VERSION, TERM, AVALU, DIRECTION),
        -- a value "<3" lies below 3: it reaches every cut point down to 3 itself
        d.AVAL * case d.AVALQ when '<' then 1 - 4e-9 when '>' then 1 + 4e-9 else 1 end as X,
        case t.DIRECTION when 'H' then case when d.ANRHI > 0 then d.ANRHI end else d.ANRLO end as NORMAL,
        case when coalesce(d.BASE, d.AVAL / nullif(1 + d.PCHG / 100, 0)) > 0
             then coalesce(d.BASE, d.AVAL / nullif(1 + d.PCHG / 100, 0)) end as BASELINEVALUE,
        case when upper(d.BNRIND) in ('HIGH', 'HIGH HIGH', 'H', 'HH', 'ABNORMAL') then true
             when d.BNRIND is not null then false
             else coalesce(d.BASE > d.ANRHI * (1 + 1e-9), false) end as ABNORMAL,
        -- null where it cannot be told: a baseline without a lower limit
        case when upper(d.BNRIND) in ('LOW', 'LOW LOW', 'L', 'LL') then true
             when d.BNRIND is not null then false
             else d.BASE < d.ANRLO * (1 - 1e-9) end as LOWBASE,
        d.BNRIND is not null as JUDGED
    from directed as d
    left join reference.ctcae_term as t on lower(t.TERM) = d.TERM and t.VERSION = d.CTCAEVER
    left join known_cut as k on k.TERM = d.TERM and k.VERSION = d.CTCAEVER and k.AVALU = coalesce(d.AVALU, '')
),
-- By which of the three kinds of cut point is this value judged: normal limit, absolute value, baseline?
judged as (
    select
        *,
        coalesce(LIMIT1, LIMIT2, LIMIT3) is not null as HASLIMIT,
        BASELINE <> 'in place of the limit' or not ABNORMAL as BYLIMIT,
        case BASELINE
            when 'in place of the limit' then ABNORMAL
            when 'or when beyond the limit' then coalesce(SIGN * X > SIGN * LIMIT1 * NORMAL, false)
            when 'or when low' then coalesce(LOWBASE, false)
            when 'or' then true
            else false
        end as BYBASELINE,
        -- from where a distance beyond the limit is counted
        case when BASELINE = 'in place of the limit' and ABNORMAL then BASELINEVALUE else NORMAL end as START
    from measured
),
reached as (
    select
        *,
        case
            when SIGN * X > SIGN * VALUE4 / FACTOR or (BYLIMIT and SIGN * X > SIGN * LIMIT4 * NORMAL)
                or (BYBASELINE and SIGN * X > SIGN * BASE4 * BASELINEVALUE) then 4
            when SIGN * X > SIGN * VALUE3 / FACTOR or (BYLIMIT and SIGN * X > SIGN * LIMIT3 * NORMAL)
                or X > (START + ABOVE3 / FACTOR) * (1 + 1e-9)
                or (BYBASELINE and SIGN * X > SIGN * BASE3 * BASELINEVALUE) then 3
            when SIGN * X > SIGN * VALUE2 / FACTOR or (BYLIMIT and SIGN * X > SIGN * LIMIT2 * NORMAL)
                or X > (START + ABOVE2 / FACTOR) * (1 + 1e-9)
                or (BYBASELINE and SIGN * X > SIGN * BASE2 * BASELINEVALUE) then 2
            when BASELINE = 'and' and SIGN * X > SIGN * LIMIT1 * NORMAL and X <= BASE1 * BASELINEVALUE then 0
            when SIGN * X > SIGN * VALUE1 / FACTOR or (BYLIMIT and SIGN * X > SIGN * LIMIT1 * NORMAL)
                or (BYBASELINE and SIGN * X > SIGN * BASE1 * BASELINEVALUE) then 1
            else 0
        end as GRADE
    from judged
),
explained as (
    select
        *,
        case
            when DIRECTION is null then 'no criteria for this term in this version of CTCAE'
            when AVAL is null or isnan(AVAL) or isinf(AVAL) then 'no numeric value'
            when AVAL < 0 then 'negative value'
            when SIGN is null then 'unit missing or not known for this term'
            when BASELINE = 'in place of the limit' and ABNORMAL
                and BASELINEVALUE is null then 'abnormal baseline without its value'
            when BASELINE = 'in place of the limit' and NORMAL is null and not JUDGED then 'no normal limit'
            when BASELINE = 'and' and GRADE = 1 and BASELINEVALUE is null then 'no baseline'
            when BASELINE = 'or' and coalesce(BASE1, BASE2, BASE3) is not null and GRADE = 0 and BASELINEVALUE is null
                then 'no baseline'
            when BASELINE = 'or when low' and LOWBASE is null
                and X > case when GRADE < 2 then BASE2 when GRADE = 2 then BASE3 end * BASELINEVALUE
                then 'no lower limit to tell a low baseline by'
            when SIGN * X > SIGN * OPENVALUE / FACTOR then 'the text of CTCAE gives such a value no grade'
            when GRADE < 3 and OPENLIMIT is not null and SIGN * X > SIGN * OPENLIMIT * NORMAL then 'fasting not known'
            when BASELINE = 'and' and GRADE = 0 and X <= BASE1 * BASELINEVALUE then null
            when (HASLIMIT or OPENLIMIT is not null) and BYLIMIT and NORMAL is null and GRADE = 0 then 'no normal limit'
            when GRADE > 0 and AVALQ = case DIRECTION when 'H' then '<' else '>' end then 'only a limit was reported'
        end as NOGRADE
    from reached
)
select
    LABNUM, ASKED, TERM, DIRECTION,
    case when NOGRADE is null then cast(GRADE as tinyint) end as GRADE,
    NOGRADE
from explained

-- Question: from which value of a test ($test, in $unit, with normal limits $low, $high) does each CTCAE grade begin?
-- Grain: one term and grade that a number or a normal limit begins; where a baseline counts instead, it is not here.
with used as (
    select distinct ATERML as TERM from adlb where PARAMCD = $test and NOTERM is null and ATERML is not null
    union
    select distinct ATERMH from adlb where PARAMCD = $test and NOTERM is null and ATERMH is not null
),
term as (
    select t.VERSION, t.TERM, t.DIRECTION, t.ANALYTE
    from used as u
    join trial.settings as s on true
    join reference.ctcae_term as t on t.VERSION = s.CTCAE and lower(t.TERM) = lower(u.TERM)
),
cut as (
    select
        t.DIRECTION, cast(c.GRADE as integer) as GRADE,
        case c.BASIS
            when 'value' then c.CUT / u.CUTFACTOR
            when 'limit' then c.CUT * if(t.DIRECTION = 'H', $high, $low)
            when 'above limit' then $high + c.CUT / u.CUTFACTOR
        end as START
    from term as t
    join reference.ctcae_criterion as c on c.VERSION = t.VERSION and lower(c.TERM) = lower(t.TERM)
    left join reference.lab_unit as u on u.ANALYTE = t.ANALYTE and u.CUTUNIT = c.UNIT
        and u.UNIT = replace(replace(replace(lower($unit), ' ', ''), 'µ', 'u'), 'μ', 'u')
)
select DIRECTION, GRADE, if(DIRECTION = 'H', min(START), max(START)) as START
from cut
where START is not null and GRADE is not null
group by DIRECTION, GRADE
order by DIRECTION, GRADE

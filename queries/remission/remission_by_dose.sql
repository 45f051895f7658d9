-- Question: how many response-evaluable subjects of each disease reached remission at each dose level?
-- Grain: one disease and group, up to the highest dose level with a treated subject; 0 of 0 is a row of its own.
-- Subjects treated outside the planned levels get a row of their own.
with subject as (
    select
        s.USUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN,
        coalesce(b.EVALSTAT, '') as EVALSTAT, coalesce(b.REMFL, 'N') as REMFL, b.REMPOSFL
    from selected as s
    left join adrs as b on b.USUBJID = s.USUBJID and b.PARAMCD = 'BOR'
    where s.SAFFL = 'Y'
),
level as (
    select TRTA, DOSE as TRTAN from trial.dose_level where $doses is null or list_contains($doses, TRTA)
    union
    select TRTA, TRTAN from subject
),
disease as (
    select distinct DISEASE from trial.disease_term where $diseases is null or list_contains($diseases, DISEASE)
    union
    select distinct DISEASE from subject
)
select
    d.DISEASE, l.TRTA, l.TRTAN,
    count(*) filter (where s.EVALSTAT = 'Evaluable') as N,
    count(*) filter (where s.EVALSTAT = 'Evaluable' and s.REMFL = 'Y') as REMISSION,
    count(s.USUBJID) as TREATED,
    -- Whose assessment that cannot be read or dated could be a remission; POSSNEW: of these not evaluable without it
    count(*) filter (where s.REMPOSFL = 'Y') as POSSREM,
    count(*) filter (where s.REMPOSFL = 'Y' and s.EVALSTAT <> 'Evaluable') as POSSNEW,
    count(*) filter (where s.EVALSTAT = 'Awaiting first assessment') as AWAITING,
    count(*) filter (where s.EVALSTAT = 'Not evaluable') as NOTEVAL
from disease as d
cross join level as l
left join subject as s on s.DISEASE = d.DISEASE and s.TRTA = l.TRTA
where l.TRTAN is null or l.TRTAN <= (select max(TRTAN) from subject)
group by d.DISEASE, l.TRTA, l.TRTAN
order by d.DISEASE = 'Not stated', d.DISEASE, l.TRTAN nulls last

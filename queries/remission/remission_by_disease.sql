-- Question: how many subjects with each disease reached remission, of those evaluable, treated and enrolled?
-- Grain: one disease and analysis population.
with subject as (
    select
        s.USUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, s.ENRLFL, s.SAFFL,
        b.EVALSTAT, b.AVALC, coalesce(b.RSPFL, 'N') as RSPFL, b.CONFIRM,
        b.EVALFL = 'Y' and b.AVALC is null and b.REASONCD is not null as EARLY
    from selected as s
    left join adrs as b on b.USUBJID = s.USUBJID and b.PARAMCD = 'BOR'
),
population(ANALYSISN, ANALYSIS) as (
    values (1, 'Response-evaluable'), (2, 'All treated'), (3, 'All enrolled')
),
disease as (
    select distinct DISEASE from trial.disease_term where $diseases is null or list_contains($diseases, DISEASE)
    union
    select distinct DISEASE from subject where ENRLFL = 'Y' or SAFFL = 'Y'
),
member as (
    select p.ANALYSISN, s.*
    from population as p
    join subject as s
        on case p.ANALYSISN when 1 then s.EVALSTAT = 'Evaluable' when 2 then s.SAFFL = 'Y' else s.ENRLFL = 'Y'
            or s.SAFFL = 'Y' end
)
select
    d.DISEASE, p.ANALYSISN, p.ANALYSIS,
    count(m.USUBJID) as N,
    count(*) filter (where m.RSPFL = 'Y') as REMISSION,
    count(*) filter (where m.RSPFL = 'Y' and m.AVALC = 'CR') as NCR,
    count(*) filter (where m.RSPFL = 'Y' and m.AVALC = 'CRh') as NCRH,
    count(*) filter (where m.RSPFL = 'Y' and m.AVALC = 'CRi') as NCRI,
    count(*) filter (where m.RSPFL = 'Y' and m.CONFIRM = 'not yet confirmed') as UNCONF,
    count(*) filter (where m.RSPFL = 'Y' and m.CONFIRM = 'recurrence within 4 weeks') as LOST,
    count(*) filter (where m.RSPFL = 'N' and m.AVALC = 'CRh') as CRHOUT,
    count(*) filter (where m.EARLY) as EARLY,
    count(*) filter (where m.EVALSTAT = 'Awaiting first assessment') as AWAITING,
    count(*) filter (where m.EVALSTAT = 'Not evaluable') as NOTEVAL,
    count(*) filter (where m.SAFFL = 'N') as NOTTREATED
from disease as d
cross join population as p
left join member as m on m.DISEASE = d.DISEASE and m.ANALYSISN = p.ANALYSISN
group by d.DISEASE, p.ANALYSISN, p.ANALYSIS
order by d.DISEASE = 'Not stated', d.DISEASE, p.ANALYSISN

-- Question: how many subjects has each site screened, enrolled and treated since it opened?
-- Grain: one site of the trial, in the order of opening; a site open without a subject is there too.
with subjects as (
    select
        SITEID, any_value(SITENAM) as SITENAM, count(*) as SCREENED,
        count(*) filter (where ENRLFL = 'Y') as ENROLLED,
        count(*) filter (where SAFFL = 'Y') as TREATED,
        min(ENRLDT) as FIRSTDT
    from selected
    group by SITEID
),
planned as (
    select SITEID, SITENAM, OPENDT
    from trial.site
    where $sites is null or list_contains($sites, SITEID)
)
select
    coalesce(p.SITEID, s.SITEID) as SITEID, coalesce(p.SITENAM, s.SITENAM) as SITENAM, p.OPENDT, s.FIRSTDT,
    coalesce(s.SCREENED, 0) as SCREENED, coalesce(s.ENROLLED, 0) as ENROLLED, coalesce(s.TREATED, 0) as TREATED,
    p.OPENDT <= (select CUTDT from trial.cut) as ISOPEN
from planned as p
full join subjects as s on s.SITEID = p.SITEID
order by p.OPENDT nulls last, 1

-- Question: how many subjects with each disease reached remission, of those evaluable, treated and enrolled?
-- Grain: one disease and analysis population.
with subject as (
    select
        s.USUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, s.ENRLFL, s.SAFFL,
        b.EVALSTAT, b.AVALC, coalesce(b.RSPFL, 'N') as RSPFL, coalesce(b.REMFL, 'N') as REMFL, b.CONFIRM,
        b.CONFFL, b.UNREADN, b.REMPOSFL,
        b.EVALFL = 'Y' and b.REASONCD is not null as EARLY,
        i.EVALFL as INDEPFL, i.REMFL as INDEPREM
    from selected as s
    left join adrs as b on b.USUBJID = s.USUBJID and b.PARAMCD = 'BOR'
    left join adrs as i on i.USUBJID = s.USUBJID and i.PARAMCD = 'BORIND'
),
population(ANALYSISN, ANALYSIS) as (
    values (1, 'Response-evaluable'), (2, 'All treated'), (3, 'All enrolled')
),
named as (
    select distinct DISEASE from trial.disease_term where $diseases is null or list_contains($diseases, DISEASE)
    union
    select distinct DISEASE from subject where ENRLFL = 'Y' or SAFFL = 'Y'
),
disease as (
    select
        DISEASE,
        DISEASE in (select WORD from trial.response_word where KIND = 'CONFIRMED') as ASKED
    from named
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
    count(*) filter (where m.REMFL = 'Y') as REMISSION,
    count(*) filter (where m.REMFL = 'Y' and m.AVALC = 'CR') as NCR,
    count(*) filter (where m.REMFL = 'Y' and m.AVALC = 'CRh') as NCRH,
    count(*) filter (where m.REMFL = 'Y' and m.AVALC = 'CRi') as NCRI,
    -- Where the protocol asks for confirmation; elsewhere null
    case when any_value(d.ASKED) then count(*) filter (where m.REMFL = 'Y' and m.CONFFL = 'Y') end as NCONF,
    case when any_value(d.ASKED) then count(*) filter (where m.REMFL = 'Y' and m.CONFFL is null
        and m.CONFIRM = 'NOT YET DUE') end as NOTDUE,
    case when any_value(d.ASKED) then count(*) filter (where m.REMFL = 'Y' and m.CONFFL is null
        and m.CONFIRM <> 'NOT YET DUE') end as UNCONF,
    count(*) filter (where m.REMFL = 'Y' and m.CONFFL is null and m.CONFIRM = 'CONTRADICTED') as CONTRAD,
    count(*) filter (where m.REMFL = 'Y' and m.CONFFL is null and m.CONFIRM = 'RECURRED') as RECURRED,
    count(*) filter (where m.REMFL = 'Y' and m.CONFFL is null and m.CONFIRM = 'NOT READ') as NOTREAD,
    case when any_value(d.ASKED) then count(*) filter (where m.RSPFL = 'Y' and m.REMFL = 'N') end as LOST,
    count(*) filter (where m.RSPFL = 'Y' and m.REMFL = 'N' and m.CONFIRM = 'LOST TOLD') as LOSTTOLD,
    count(*) filter (where m.RSPFL = 'Y') as RESPONDED,
    count(*) filter (where m.RSPFL = 'N' and m.AVALC in ('CR', 'CRh', 'CRi')) as OTHERKIND,
    count(*) filter (where m.UNREADN > 0) as UNREAD,
    -- Whose assessment that cannot be read or dated could be a remission; POSSNEW: of these not evaluable without it
    count(*) filter (where m.REMPOSFL = 'Y') as POSSREM,
    count(*) filter (where m.REMPOSFL = 'Y' and m.EVALSTAT <> 'Evaluable') as POSSNEW,
    -- Of those whom an independent reader could evaluate
    count(*) filter (where m.INDEPFL = 'Y') as NINDEP,
    count(*) filter (where m.INDEPFL = 'Y' and m.INDEPREM = 'Y') as INDEPREM,
    count(*) filter (where m.INDEPFL = 'Y' and m.REMFL = 'Y') as INVREM,
    count(*) filter (where m.EARLY) as EARLY,
    count(*) filter (where m.EVALSTAT = 'Awaiting first assessment') as AWAITING,
    count(*) filter (where m.EVALSTAT = 'Not evaluable') as NOTEVAL,
    count(*) filter (where m.SAFFL = 'N') as NOTTREATED
from disease as d
cross join population as p
left join member as m on m.DISEASE = d.DISEASE and m.ANALYSISN = p.ANALYSISN
group by d.DISEASE, p.ANALYSISN, p.ANALYSIS
order by d.DISEASE = 'Not stated', d.DISEASE, p.ANALYSISN

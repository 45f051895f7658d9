-- Question: which events of grade 3 or worse, and which of the heart of any grade, began after the DLT window?
-- Grain: one adverse event with onset after the window.
-- COUNTDY: the day of the onset; of what began before the first infusion and was fatal after it that of the death.
-- CUMDOSE is the study drug received up to and including that day; unknown where one amount of it is.
with late as (
    select *
    from adae
    where (TRTEMFL = 'Y' or (ADY > (select DLTDAYS from trial.settings) and AFTDTHFL is null)) and DLTWINFL = 'N'
      and (GR3FL = 'Y' or CARDFL = 'Y')
),
exposure as (
    select l.USUBJID, l.AESEQ, case when count(e.CUMDOSE) = count(*) then max(e.CUMDOSE) end as CUMDOSE
    from late as l
    join adex as e on e.USUBJID = l.USUBJID and e.ASTDT <= coalesce(l.AEWORSDT, l.ASTDT)
    group by l.USUBJID, l.AESEQ
)
select
    s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.COHORT,
    l.AESEQ, l.AETERM, coalesce(l.AEDECOD, 'Term not delivered') as AEDECOD, l.AESTDTC, l.ASTDT, l.ASTDTF, l.ADY,
    cast(coalesce(l.AEWORSDT - s.TRTSDT + 1, l.ADY) as integer) as COUNTDY, l.ATOXGR, l.ATOXGRIM,
    l.AESEV, l.AEREL, l.RELFL, l.AEOUT,
    l.DLTFL, l.DLTRS, l.CARDFL,
    x.CUMDOSE
from late as l
join selected as s on s.USUBJID = l.USUBJID
left join exposure as x on x.USUBJID = l.USUBJID and x.AESEQ = l.AESEQ
order by case l.CARDFL when 'Y' then 1 else 2 end, s.TRTAN, s.USUBJID, l.ASTDT, l.AESEQ

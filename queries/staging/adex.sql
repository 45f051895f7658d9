-- Question: what was infused, when, and how much had each subject received by then?
-- Grain: one administration (an EX row with a dose above 0, or of placebo).
-- A course is a run of infusions: a gap of more than 7 days starts the next one.
with infusion as (
    select
        USUBJID, EXSEQ, EXTRT, EXDOSE, EXDOSU, EXADJ, VISIT,
        EXSTDT as ASTDT, EXSTDTF as ASTDTF, EXSTDTM as ASTDTM, EXENDT as AENDT, EXENDTM as AENDTM,
        lag(EXSTDT) over (partition by USUBJID order by EXSTDT, EXSEQ) as PREVDT
    from source.ex
    where EXSTDT is not null
      and (EXDOSE is null or EXDOSE > 0 or upper(coalesce(EXTRT, '')) like '%PLACEBO%')
),
numbered as (
    select
        *,
        sum(case when PREVDT is null or ASTDT - PREVDT > 7 then 1 else 0 end)
            over (partition by USUBJID order by ASTDT, EXSEQ rows unbounded preceding) as COURSE
    from infusion
),
started as (
    select
        *,
        min(ASTDT) over (partition by USUBJID) as TRTSDT,
        min(ASTDT) over (partition by USUBJID, COURSE) as COURSEDT
    from numbered
)
select
    USUBJID, EXSEQ, EXTRT,
    cast(COURSE as integer) as COURSE,
    cast(ASTDT - COURSEDT + 1 as integer) as COURSEDY,
    ASTDT, ASTDTF, ASTDTM, AENDT, AENDTM,
    cast(ASTDT - TRTSDT + 1 as integer) as ADY,
    EXDOSE as DOSE, EXDOSU as DOSEU, EXADJ,
    sum(EXDOSE) over (partition by USUBJID order by ASTDT, EXSEQ rows unbounded preceding) as CUMDOSE
from started
order by USUBJID, ASTDT, EXSEQ

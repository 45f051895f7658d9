-- Question: how much study drug had each subject received, and when?
-- Grain: one infusion (all that was given on one day), and one last row a subject for the day until which it is known
--     (death, else the last contact).
with infused as (
    select
        e.USUBJID, e.ADY, e.ASTDT, case when count(e.DOSE) = count(*) then sum(e.DOSE) end as DOSE,
        case when count(e.CUMDOSE) = count(*) then max(e.CUMDOSE) end as CUMDOSE, e.COURSE, 'Infusion' as KIND
    from adex as e
    -- records of a partial date are not put together
    group by e.USUBJID, e.ADY, e.ASTDT, e.COURSE, case when e.ASTDTF is not null then e.EXSEQ end
),
known as (
    select
        a.USUBJID, cast(greatest(coalesce(t.ADT, t.LSTALVDT), a.TRTEDT, a.TRTSDT) - a.TRTSDT + 1 as integer) as ADY,
        greatest(coalesce(t.ADT, t.LSTALVDT), a.TRTEDT, a.TRTSDT) as ASTDT, null as DOSE, a.CUMDOSE,
        a.NCOURSE as COURSE, 'Last day known' as KIND
    from adsl as a
    left join adtte as t on t.USUBJID = a.USUBJID and t.PARAMCD = 'OS'
    where a.TRTSDT is not null
)
select s.USUBJID, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, r.KIND, r.ADY, r.ASTDT, r.COURSE, r.DOSE, r.CUMDOSE
from (select * from infused union all select * from known) as r
join selected as s on s.USUBJID = r.USUBJID
order by s.TRTAN, s.TRTSDT, s.USUBJID, r.ADY, r.KIND

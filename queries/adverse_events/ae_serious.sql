-- Question: which adverse events were serious, by which criteria, and how long after the last infusion did they begin?
-- Grain: one serious adverse event of a selected subject, treatment-emergent or not.
-- CRITERIA: the codes of the criteria of seriousness that the event or its supplemental values say yes to, by ";".
-- DAYSLAST: days from the last infusion up to the onset to the onset; null where none was before, or the day of the
-- onset is not known; of what began before the first infusion and was fatal after it: to the death. NARRATIVE: as
-- delivered with the event.
with serious as (
    select
        a.*, s.SUBJID, s.TRTA, s.TRTAN, s.DISEASE, s.COHORT, s.TRTSDT, s.SAFFL,
        -- the day that counts, where it is known: a date of the end or of the death may be partial
        case when a.AEWORSDT is null and a.ASTDTF is null then a.ASTDT
            when a.AEWORSDT = coalesce(a.AENDT, y.DTHDTL) then a.AEWORSDT end as COUNTDT
    from adae as a
    join selected as s on s.USUBJID = a.USUBJID
    left join deathday as y on y.USUBJID = a.USUBJID
    where a.AESERC = 'Y'
),
flag as (
    select USUBJID, AESEQ, AETERM, QNAM
    from (
        select USUBJID, AESEQ, AETERM, AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG, AESMIE, AESCAN, AESINTV
        from source.ae
    )
    unpivot (QVAL for QNAM in (AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG, AESMIE, AESCAN, AESINTV))
    where QVAL = 'Y'
    union all
    select USUBJID, IDVARVALN, null, QNAM
    from source.supp
    where RDOMAIN = 'AE' and IDVAR = 'AESEQ' and QVALYN = 'Y'
      and QNAM in ('AESDTH', 'AESLIFE', 'AESHOSP', 'AESDISAB', 'AESCONG', 'AESMIE', 'AESCAN', 'AESINTV')
),
criteria as (
    select e.USUBJID, e.AESEQ, e.AETERM, string_agg(distinct f.QNAM, ';' order by f.QNAM) as CRITERIA
    from serious as e
    join flag as f on f.USUBJID = e.USUBJID and f.AESEQ is not distinct from e.SRCSEQ
        and (f.AETERM is null or f.AETERM is not distinct from e.AETERM)
    group by e.USUBJID, e.AESEQ, e.AETERM
),
narrative as (
    select USUBJID, IDVARVALN as AESEQ, string_agg(QVAL, ' ' order by QNAM) as NARRATIVE
    from source.supp
    where RDOMAIN = 'AE' and IDVAR = 'AESEQ' and regexp_matches(upper(concat_ws(' ', QNAM, QLABEL)), 'NARR')
    group by USUBJID, IDVARVALN
)
select
    e.USUBJID, e.SUBJID, e.TRTA, e.TRTAN, e.DISEASE, e.COHORT, e.SAFFL,
    e.AESEQ, e.AETERM, coalesce(e.AEDECOD, 'Term not delivered') as AEDECOD, e.AEBODSYS, e.AESTDTC, e.ASTDT, e.ASTDTF,
    e.ADY, e.AENDT, e.AENDTF, e.AENDY,
    e.ATOXGR, e.ATOXGRIM, e.AESEV, e.AEREL, e.RELFL, e.AEACN, e.AEOUT, e.TRTEMFL, e.DLTFL, e.DLTRS, e.AESER,
    cast(e.COUNTDT - (
        select max(case when x.NDAYS > 1 then least(coalesce(x.AENDT, x.ASTDT), e.COUNTDT) else x.ASTDT end)
        from adex as x
        where x.USUBJID = e.USUBJID and x.ASTDT <= e.COUNTDT
    ) as integer) as DAYSLAST,
    c.CRITERIA, n.NARRATIVE
from serious as e
left join criteria as c on c.USUBJID = e.USUBJID and c.AESEQ is not distinct from e.AESEQ
    and c.AETERM is not distinct from e.AETERM
left join narrative as n on n.USUBJID = e.USUBJID and n.AESEQ = e.SRCSEQ
order by e.ATOXGR desc nulls last, coalesce(e.RELFL, 'U') desc, e.ASTDT desc nulls first, e.USUBJID, e.AESEQ

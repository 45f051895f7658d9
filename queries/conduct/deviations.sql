-- Question: which protocol deviations were delivered, of whom, when and of what kind?
-- Grain: one record of DV of a chosen subject, the important first, then the latest.
-- IMPORTANT: Y or N as the category says it (important or major; minor or not important); null where it does not.
select
    s.USUBJID, s.SUBJID, s.SITEID, s.SITENAM, s.TRTA, s.SAFFL,
    v.DVSEQ, v.DVDECOD, v.DVTERM, v.DVCAT, v.DVSTDTC, v.DVSTDT, v.DVSTDTL,
    case when v.DVSTDT = v.DVSTDTL then
        cast(date_diff('day', s.TRTSDT, v.DVSTDT) + (v.DVSTDT >= s.TRTSDT)::integer as integer)
    end as DVDY,
    case
        when regexp_matches(v.DVCAT, '\b(NOT|NON|UN)[ -]?(IMPORTANT|MAJOR|SIGNIFICANT)\b|\bMINOR\b', 'i') then 'N'
        when regexp_matches(v.DVCAT, '\b(IMPORTANT|MAJOR|SIGNIFICANT)\b', 'i') then 'Y'
    end as IMPORTANT
from source.dv as v
join selected as s on s.USUBJID = v.USUBJID
order by IMPORTANT = 'Y' desc nulls first, v.DVSTDT desc nulls last, s.SUBJID, v.DVSEQ

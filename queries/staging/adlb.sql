-- Question: what did each laboratory test show, how does it compare with baseline, and which CTCAE grade is it?
-- Grain: one row of LB (subject, test, specimen, time), plus derived rows of corrected calcium (DTYPE 'CORRECTED').
-- ANL01FL: the last value of a test on a day. WORSTLFL, WORSTHFL: the first of the worst grades after baseline.
-- NOGRADEL, NOGRADEH: why a value that has a term has no grade; NOTERM: why it has no term.
with graded as (
    select
        v.*,
        l.GRADE as ATOXGRL, l.NOGRADE as NOGRADEL,
        h.GRADE as ATOXGRH, h.NOGRADE as NOGRADEH,
        case
            when v.LBSTAT is not null then 'not done'
            when not v.RIGHTSPECIMEN then 'specimen is not blood'
            when v.ATERML is null and v.ATERMH is null then 'CTCAE grades this test by no number'
        end as NOTERM,
        coalesce(v.ADT >= v.TRTSDT and v.ABLFL is null, false) as ONTREATMENT
    from labvalue as v
    left join labgrade as l on l.LABNUM = v.LABNUM and l.DIRECTION = 'L'
    left join labgrade as h on h.LABNUM = v.LABNUM and h.DIRECTION = 'H'
),
ranked as (
    select
        *,
        row_number() over (partition by USUBJID, PARAMCD, LBSPEC, ADT, AVAL is null order by ADTM desc nulls last, LBSEQ desc) as OFDAY,
        row_number() over (
            partition by USUBJID, PARAMCD, LBSPEC, ONTREATMENT order by ATOXGRL desc nulls last, ADT, LABNUM) as LOWRANK,
        row_number() over (
            partition by USUBJID, PARAMCD, LBSPEC, ONTREATMENT order by ATOXGRH desc nulls last, ADT, LABNUM) as HIGHRANK
    from graded
)
select
    USUBJID, LBSEQ, PARAMCD, PARAM, LBCAT, LBSPEC, ADT, ADTF, ADTM, ADY, AVISIT, VISITNUM,
    AVAL, AVALC, AVALU, AVALQ, CONVFL, DTYPE, ANRLO, ANRHI, ABLFL, BASE, CHG,
    ATERML, ATERMH, ATOXGRL, ATOXGRH, NOGRADEL, NOGRADEH, NOTERM,
    case when AVAL is not null and ADT is not null and OFDAY = 1 then 'Y' end as ANL01FL,
    case when ONTREATMENT and ATOXGRL is not null and LOWRANK = 1 then 'Y' end as WORSTLFL,
    case when ONTREATMENT and ATOXGRH is not null and HIGHRANK = 1 then 'Y' end as WORSTHFL
from ranked
order by USUBJID, PARAMCD, LBSPEC, ADT, LABNUM

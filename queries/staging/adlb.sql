-- Question: what did each laboratory test show, how does it compare with baseline, and which CTCAE grade is it?
-- Grain: one row of LB (subject, test, specimen, time), plus derived rows of corrected calcium (DTYPE 'CORRECTED').
-- Reads: labgrade, labvalue
-- ANL01FL: the last value of a test on a day. WORSTLFL, WORSTHFL: the first of the worst grades after baseline. Blood,
-- serum and plasma are one specimen for both.
-- NOGRADEL, NOGRADEH: why a value that has a term has no grade; NOTERM: why it has no term.
with corrected as (
    select distinct USUBJID, ADT from labvalue where DTYPE = 'CORRECTED'
),
-- The first of the worst grades: the least (minus grade, date, row) of subject, test and specimen.
on_treatment as (
    select v.USUBJID, v.PARAMCD, v.SPECIMEN, v.ADT, g.LABNUM, g.ASKED, g.GRADE
    from labgrade as g
    join labvalue as v on v.LABNUM = g.LABNUM
    where g.GRADE is not null and v.POSTFL = 'Y'
),
worst as (
    select ASKED, min(row(-GRADE, ADT, LABNUM)) as FIRSTWORST
    from on_treatment
    group by USUBJID, PARAMCD, SPECIMEN, ASKED
),
worst_row as (
    select FIRSTWORST[3] as LABNUM, ASKED from worst
),
last_of_day as (
    select max(row(coalesce(ADTM, cast(ADT as timestamp)), coalesce(LBSEQ, 0), LABNUM))[3] as LABNUM
    from labvalue
    where AVAL is not null and ADT is not null
    group by USUBJID, PARAMCD, SPECIMEN, ADT
)
select
    v.USUBJID, v.LBSEQ, v.PARAMCD, v.PARAM, v.LBCAT, v.LBSPEC, v.ADT, v.ADTF, v.ADTM, v.ADY, v.AVISIT, v.VISITNUM,
    v.AVAL, v.AVALC, v.AVALU, v.AVALQ, v.CONVFL, v.DTYPE, v.ANRLO, v.ANRHI,
    -- the laboratory's own word first: it compared before value and limits were rounded into another unit
    case when upper(v.LBNRIND) in ('LOW', 'LOW LOW', 'L', 'LL') then 'LOW'
         when upper(v.LBNRIND) in ('HIGH', 'HIGH HIGH', 'H', 'HH') then 'HIGH'
         when upper(v.LBNRIND) in ('NORMAL', 'N') then 'NORMAL'
         when v.AVAL < v.ANRLO * (1 - 1e-9) then 'LOW'
         when v.AVAL > v.ANRHI * (1 + 1e-9) then 'HIGH'
         when v.AVAL is not null and v.ANRLO is not null and v.ANRHI is not null then 'NORMAL'
    end as ANRIND,
    v.ABLFL, v.POSTFL, v.BASE, v.CHG,
    v.CTCAEVER, v.ATERML, v.ATERMH, l.GRADE as ATOXGRL, h.GRADE as ATOXGRH,
    l.NOGRADE as NOGRADEL, h.NOGRADE as NOGRADEH,
    case
        when v.LBSTAT is not null then 'not done'
        when not v.RIGHTSPECIMEN then 'specimen is not blood'
        when v.PARAMCD = 'CA' and c.ADT is not null then 'graded as calcium corrected for albumin'
        when v.PARAMCD = 'CA' then 'no albumin of that day to correct calcium with'
        when v.ATERML is null and v.ATERMH is null then 'no criteria by number for this test in this version of CTCAE'
    end as NOTERM,
    case when d.LABNUM is not null then 'Y' end as ANL01FL,
    case when wl.LABNUM is not null then 'Y' end as WORSTLFL,
    case when wh.LABNUM is not null then 'Y' end as WORSTHFL
from labvalue as v
left join labgrade as l on l.LABNUM = v.LABNUM and l.ASKED = 'L'
left join labgrade as h on h.LABNUM = v.LABNUM and h.ASKED = 'H'
left join corrected as c on c.USUBJID = v.USUBJID and c.ADT = v.ADT
left join last_of_day as d on d.LABNUM = v.LABNUM
left join worst_row as wl on wl.LABNUM = v.LABNUM and wl.ASKED = 'L'
left join worst_row as wh on wh.LABNUM = v.LABNUM and wh.ASKED = 'H'

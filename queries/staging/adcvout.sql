-- Question: which delivered results of the heart are in no row of adcv, and would one of them change a category?
-- Grain: one delivered record of ejection or shortening fraction, strain, troponin or NT-proBNP that is not in adcv.
-- Reads: cvchange, cvgrade, cvvalue
-- REASONCD: NOT DONE, NO RESULT, UNREADABLE, AFTER DEATH (surely after the recorded death); of the same day: OTHER
-- READER (another reader's counts: the trial's; NOT THE READER where it is not the trial's either), SAME DAY.
-- CHANGEFL = 'Y': with it in place of the one used the CTCAE grade or the category of CTRCD would be another; AS says
-- of what: VALUE (its own day) or BASELINE (LATERDT, with the grades that this day would have).
with used as (
    select v.*, g.ATOXGR, g.ATOXGRQ, g.CTRCD, g.CTRCDQ, g.CTRCDPOS
    from cvchange as v
    left join cvgrade as g on g.RESNUM = v.RESNUM and g.KIND = 'USED'
    where v.CHOICE = 1
),
compared as (
    select
        g.RESNUM, g.KIND, u.RESNUM as USEDNUM, u.ADT as LATERDT, g.ATOXGR, g.ATOXGRQ, g.CTRCD, g.CTRCDQ, g.CTRCDPOS,
        u.ATOXGR as USEDGR, u.CTRCD as USEDCTRCD, u.CTRCDPOS as USEDPOS
    from cvgrade as g
    join cvchange as o on o.RESNUM = g.RESNUM
    join used as u
        on (g.KIND = 'BASELINE' and u.RESNUM = g.LATERNUM)
        or (g.KIND = 'ASIDE' and u.USUBJID = o.USUBJID and u.PARAMCD = o.PARAMCD and u.SERIES = o.SERIES
            and u.ADT is not distinct from o.ADT and u.ADTF is not distinct from o.ADTF
            and u.BEFOREFL is not distinct from o.BEFOREFL and u.POSTFL = 'Y')
    where g.KIND <> 'USED'
      and ((g.CTRCD, g.CTRCDPOS) is distinct from (u.CTRCD, u.CTRCDPOS) or g.ATOXGR is distinct from u.ATOXGR)
),
changing as (
    select *
    from compared
    qualify row_number() over (
        partition by RESNUM
        order by coalesce(list_position(['none', 'mild', 'moderate', 'severe'], coalesce(CTRCD, CTRCDPOS)), 0) desc,
            ATOXGR desc nulls last, LATERDT
    ) = 1
),
instead as (
    -- the result of the same day that counts
    select o.RESNUM, u.AVALC as USEDVAL, u.EVAL as USEDEVAL, u.READERN as USEDREADERN
    from cvchange as o
    join used as u
        on u.USUBJID = o.USUBJID and u.PARAMCD = o.PARAMCD and u.SERIES = o.SERIES
        and u.ADT is not distinct from o.ADT and u.ADTF is not distinct from o.ADTF
        and u.BEFOREFL is not distinct from o.BEFOREFL
    where o.CHOICE > 1
)
select
    v.USUBJID, v.PARAMCD, v.ADT, v.ADTF, v.AVISIT, v.SERIES, v.CVMETHOD, v.EVAL as CVEVAL, v.AVALC,
    coalesce(v.STANDARD, v.UNIT) as AVALU, v.BEFOREFL,
    case when v.AVAL is null then v.RESULTCD
         when v.READERN <> i.USEDREADERN or coalesce(upper(v.EVAL), 'INVESTIGATOR') <>
             coalesce(upper(i.USEDEVAL), 'INVESTIGATOR')
             then case when i.USEDREADERN < 2 then 'OTHER READER' else 'NOT THE READER' end
         else 'SAME DAY' end as REASONCD,
    i.USEDVAL, i.USEDEVAL,
    case when c.RESNUM is not null then 'Y' end as CHANGEFL,
    case c.KIND when 'ASIDE' then 'VALUE' when 'BASELINE' then 'BASELINE' end as CHANGEAS,
    c.LATERDT, c.ATOXGR, c.ATOXGRQ, c.CTRCD, c.CTRCDQ, c.CTRCDPOS, c.USEDGR, c.USEDCTRCD, c.USEDPOS,
    v.SRCDOM, cast(v.SRCSEQ as integer) as SRCSEQ
from cvvalue as v
left join instead as i on i.RESNUM = v.RESNUM
left join changing as c on c.RESNUM = v.RESNUM
where v.AVAL is null or v.CHOICE > 1
order by v.USUBJID, v.PARAMCD, v.ADT, v.SRCSEQ

-- Question: which responses were recorded, with which blasts and counts beside them, and who disagrees?
-- Grain: one response assessment of one evaluator.
-- Agreement is asked only of the classes that blasts and counts can tell apart: NR, PD and RELAPSE are one.
with assessment as (
    select s.SUBJID, coalesce(s.DISEASE, 'Not stated') as DISEASE, coalesce(s.TRTA, 'No planned level') as TRTA, r.*
    from adrs as r
    join selected as s on s.USUBJID = r.USUBJID
    where r.PARAMCD = 'OVRLRESP'
),
investigator as (
    select USUBJID, ADT, AVALC from assessment where ANL01FL = 'Y'
),
compared as (
    select
        a.*,
        i.AVALC as INVESTIGATOR,
        case when a.AVALC in ('PD', 'RELAPSE') then 'NR' else a.AVALC end as CLASS
    from assessment as a
    left join investigator as i on a.REASONCD = 'OTHER EVALUATOR' and i.USUBJID = a.USUBJID and i.ADT = a.ADT
)
select
    USUBJID, SUBJID, DISEASE, TRTA, ADT, ADTF, ADY, VISIT, RSEVAL, AVALC, BLASTBM, BLASTPB, ANC, PLAT, MRD,
    BASE as BASEBM, DERRESP,
    INVESTIGATOR,
    case when REASONCD = 'OTHER EVALUATOR' and INVESTIGATOR is null then 'NO INVESTIGATOR'
         when REASONCD = 'OTHER EVALUATOR' and INVESTIGATOR <> AVALC then 'DIFFERS FROM INVESTIGATOR'
         when REASONCD = 'OTHER EVALUATOR' then 'AGREES WITH INVESTIGATOR'
         when DERRESP is null or AVALC = 'NE' then null
         -- The criteria of ALL know no CRh; with its counts it is one
         when DISEASE = 'ALL' and AVALC = 'CRh' and DERRESP = 'CRi' and ANC >= 0.5 and PLAT >= 50
             then 'AGREES WITH COUNTS'
         when DERRESP = CLASS then 'AGREES WITH COUNTS'
         else 'DIFFERS FROM COUNTS' end as AGREECD,
    CONFIRM, REASONCD, ANL01FL, BORFL, RSPFL, REMFL
from compared
order by DISEASE, SUBJID, ADT, RSEVAL

-- Question: which change of QTcF goes with which concentration of an analyte ($analyte), drawn within $minutes of it?
-- Grain: one time point of QTcF after the first infusion of a treated subject, with the sample nearest to it.
-- GAP: minutes from the ECG to the sample, by the clock times of both; CONC: 0 below the limit of quantification. A
-- sample that the sponsor excludes, one of unknown concentration and several different results of one time are no pair.
-- WHY: why there is none: NO TIME of the ECG, NO BASELINE, NO SAMPLE within $minutes.
with ecg as (
    select
        e.USUBJID, s.SUBJID, coalesce(s.TRTA, 'No planned level') as TRTA, s.TRTAN, s.DISEASE,
        e.ADT, e.ADTM, e.ADY, e.AVISIT, e.ATPT, e.AVAL, e.BASE, e.CHG
    from adeg as e
    join selected as s on s.USUBJID = e.USUBJID
    where s.SAFFL = 'Y' and e.PARAMCD = 'QTCF' and e.POSTFL = 'Y'
),
sample as (
    select
        USUBJID, ADTM, any_value(COURSE) as COURSE, any_value(COURSEDY) as COURSEDY, any_value(NRRLT) as NRRLT,
        max(case when BLQFL = 'Y' then 0 else AVAL end) as CONC
    from adpc
    where PARAMCD = $analyte and ADTM is not null and PCSTAT is distinct from 'NOT DONE'
        and EXCLFL is distinct from 'Y' and (BLQFL = 'Y' or AVAL is not null)
        and coalesce(regexp_matches(upper(PCSPEC), 'PLASMA|SERUM|BLOOD'), true)
    group by USUBJID, ADTM
    having count(distinct case when BLQFL = 'Y' then 0 else AVAL end) = 1
),
paired as (
    select
        e.*, p.COURSE, p.COURSEDY, p.NRRLT, p.CONC, round(epoch(p.ADTM - e.ADTM) / 60, 1) as GAP
    from ecg as e
    left join sample as p
        on p.USUBJID = e.USUBJID and abs(epoch(p.ADTM - e.ADTM)) <= 60 * $minutes
    qualify row_number() over (partition by e.USUBJID, e.ADT, e.ADTM, e.AVISIT, e.ATPT
        order by abs(epoch(p.ADTM - e.ADTM)), p.ADTM) = 1
)
select
    *, case when ADTM is null then 'NO TIME' when CHG is null then 'NO BASELINE' when CONC is null then 'NO SAMPLE' end
        as WHY
from paired
order by TRTAN nulls last, USUBJID, ADT, ADTM, ATPT

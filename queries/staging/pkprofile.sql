-- Question: which samples make the profile of each infusion, at what hour and concentration, and which are not used?
-- Grain: one PC record of the parent drug or its metabolite.
-- Reads: adpc, adsl, pkdose, trial.settings
-- HOUR: hours after the start of the infusion by the clock times (TIMEFROM 'ACTUAL'), else as planned ('NOMINAL'). The
-- last sample before the infusion stands for its start (0 h), where it was drawn within the trial's hours of it; before
-- the first infusion of a course however early. CONC: ng/mL, 0 below the limit of quantification.
-- REASON: why a sample is not used. A sample drawn after the start of the next infusion tells of two infusions (LATER);
-- where a start has no clock time, one planned after it. Several results of one time: alike they count once (REPEATED),
-- of different results none is used (DIFFERENT), as programs for such analyses refuse two values of one time.
-- BEFOREFL: a concentration that was measured before the first infusion of all.
with sample as (
    select
        p.*, u.TRTSDT, u.TRTSDTM, d.USUBJID is not null as INFUSED, d.NEXTHOUR, d.NEXTDAYS, d.FIRSTFL, s.PKPREDOSE,
        coalesce(p.ARRLT, p.NRRLT) as TOLD,
        case when p.ARRLT is not null then 'ACTUAL' when p.NRRLT is not null then 'NOMINAL' end as TIMEFROM,
        case when p.BLQFL = 'Y' then 0 else p.AVAL end as CONC,
        case when p.ARRLT is not null and d.NEXTHOUR is not null then p.ARRLT > d.NEXTHOUR
            else coalesce(p.NRRLT, p.ARRLT) > 24 * d.NEXTDAYS end as ISLATER
    from adpc as p
    left join pkdose as d on d.USUBJID = p.USUBJID and d.COURSE = p.COURSE and d.COURSEDY = p.COURSEDY
    left join adsl as u on u.USUBJID = p.USUBJID
    cross join trial.settings as s
),
judged as (
    select
        *, greatest(TOLD, 0) as HOUR,
        case
            when PCSTAT = 'NOT DONE' then 'NOT DONE'
            when AVALC is null and AVAL is null then 'NO RESULT'
            when EXCLFL = 'Y' then 'EXCLUDED'
            when not regexp_matches(upper(PCSPEC), 'PLASMA|SERUM|BLOOD') then 'SPECIMEN'
            when not INFUSED then 'NO INFUSION'
            when TOLD is null then 'NO TIME'
            when AULOQ is not null or (CONC is null and regexp_matches(AVALC, '^\s*[>≥]')) then 'ABOVE LIMIT'
            when CONC is null then 'NO VALUE'
            when ISLATER then 'LATER'
            when TOLD < -PKPREDOSE and FIRSTFL is null then 'EARLY'
        end as WHYNOT
    from sample
),
placed as (
    select
        *,
        max(TOLD) filter (where WHYNOT is null and TOLD <= 0) over profile as LASTBEFORE,
        min(CONC) filter (where WHYNOT is null) over moment as LOWEST,
        max(CONC) filter (where WHYNOT is null) over moment as HIGHEST,
        row_number() over (partition by USUBJID, PARAMCD, COURSE, COURSEDY, WHYNOT, round(3600 * TOLD) order by PCSEQ)
            as NTH
    from judged
    window profile as (partition by USUBJID, PARAMCD, COURSE, COURSEDY),
        moment as (partition by USUBJID, PARAMCD, COURSE, COURSEDY, round(3600 * TOLD))
)
select
    USUBJID, PARAMCD as ANALYTE, COURSE, COURSEDY, PCSEQ, NRRLT, HOUR, TIMEFROM, CONC, BLQFL,
    case
        when WHYNOT is not null then WHYNOT
        when TOLD < 0 and TOLD < LASTBEFORE then 'EARLIER'
        when HIGHEST > LOWEST then 'DIFFERENT'
        when NTH > 1 then 'REPEATED'
    end as REASON,
    case when AVAL > 0 and BLQFL is null and PCSTAT is null and (ADTM < TRTSDTM or ADT < TRTSDT
            or COURSE = 1 and COURSEDY = 1 and coalesce(ARRLT, NRRLT) <= 0)
        then 'Y' end as BEFOREFL
from placed
order by USUBJID, ANALYTE, COURSE, COURSEDY, HOUR, PCSEQ

-- Question: when was each subject last seen, and last known to be alive, as far as the data cut knows?
-- Grain: one subject with a dated record up to the cut.
-- Reads: deathtold, dsread, exdrug, source.ae, source.cv, source.eg, source.lb, source.pc, source.pr
-- Reads: source.rs, source.sv, source.vs, trial.cut, trial.unseen_visit
-- Kept: no
-- LASTDT: last known to be alive. SEENDT: last seen so that toxicity would have been observed.
-- A dose, a visit, a result, the onset of an event and its end where it recovered or was fatal say that
-- the subject was seen that day; a partial date says it of its first day. A disposition says it
-- only of who completed, or ended for an event or the leukaemia: that somebody was lost, withdrew, died, consented or
-- was enrolled was declared, not seen; nor do other medication and the reference dates of DM tell of a contact.
-- What was not done tells nothing: --STAT, OCCUR = N, a dose that was not given (exdrug), a result that says so, or
-- none in a domain that was delivered with results. Alive and not seen: a procedure, a visit by a word of the trial's
-- list (a telephone call, follow-up of survival, not in person), and the end of an event without a delivered outcome.
-- A record dated after the death (its best source's full date) says nothing of the last contact.
with measured as (
    select
        'LB' as DOMAIN, USUBJID, LBDT as ADT, LBSTAT as STAT,
        coalesce(LBSTRESC, LBORRES, cast(LBSTRESN as varchar)) as RESULT from source.lb
    union all
    select 'VS', USUBJID, VSDT, VSSTAT, coalesce(VSSTRESC, VSORRES, cast(VSSTRESN as varchar)) from source.vs
    union all
    select 'EG', USUBJID, EGDT, EGSTAT, coalesce(EGSTRESC, EGORRES, cast(EGSTRESN as varchar)) from source.eg
    union all
    select 'CV', USUBJID, CVDT, CVSTAT, coalesce(CVSTRESC, CVORRES, cast(CVSTRESN as varchar)) from source.cv
    union all
    select 'RS', USUBJID, RSDT, RSSTAT, coalesce(RSSTRESC, RSORRES) from source.rs
    union all
    select 'PC', USUBJID, PCDT, PCSTAT, coalesce(PCSTRESC, PCORRES, cast(PCSTRESN as varchar)) from source.pc
),
with_results as (
    select DOMAIN from measured where RESULT is not null group by DOMAIN
),
visited as (
    select
        v.USUBJID, v.SVSTDT, v.SVENDT,
        coalesce(upper(v.SVCNTMOD) not in ('IN PERSON', 'IN-PERSON', 'ON SITE', 'ON-SITE', 'FACE TO FACE'), false)
            or exists (
                select 1 from trial.unseen_visit as w
                where regexp_matches(lower(concat_ws(' ', v.VISIT, v.SVUPDES)), w.PATTERN)
            ) as REMOTE
    from source.sv as v
    where upper(left(coalesce(v.SVOCCUR, 'Y'), 1)) <> 'N'
),
dated as (
    select USUBJID, ADT, true as SEEN
    from measured
    where coalesce(upper(trim(STAT)) in ('DONE', 'COMPLETE', 'COMPLETED', 'PERFORMED'), true)
      and (RESULT is not null or DOMAIN not in (select DOMAIN from with_results))
      and not regexp_matches(upper(coalesce(RESULT, '')),
          '^[^A-Z0-9]*((NOT|NEVER) +(BEEN +)?(DONE|PERFORM|ASSESS|EVALUATED|AVAIL|COLLECT|TAKEN|OBTAIN|RECORD|DRAWN'
          || '|MEASUR|ATTEND)|(MISS(ED|ING)|UNKNOWN|UNK|PENDING|ND|N/A|NA|N[.]A[.]'
          || '|NO (RESULT|SAMPLE|ASSESSMENT|DATA))[^A-Z0-9]*$)')
    union all
    select USUBJID, unnest([EXSTDT, EXENDT]), true
    from exdrug
    where GIVENFL = 'Y'
    union all select USUBJID, AESTDT, true from source.ae
    union all
    select USUBJID, AEENDT, AEOUT is not null
    from source.ae
    where not regexp_matches(upper(coalesce(AEOUT, '')), '^(NOT |UN|RECOVERING|RESOLVING|ONGOING|CONTINUING)')
    union all select USUBJID, SVSTDT, not REMOTE from visited union all select USUBJID, SVENDT, not REMOTE from visited
    union all select USUBJID, PRSTDT, false from source.pr where upper(left(coalesce(PROCCUR, 'Y'), 1)) <> 'N'
    union all
    select USUBJID, DSSTDT, true from dsread
    where DEATHFL = 'N' and upper(coalesce(DSCAT, '')) <> 'PROTOCOL MILESTONE'
      and regexp_matches(upper(coalesce(DSDECOD, '')), '^ *(COMPLET|ADVERSE|PROGRESS|DISEASE|RELAPSE|LACK|RECOVERY)')
),
death as (
    select USUBJID, arg_min(DT, RANK) as DTHDT
    from deathtold
    where DTF is null and DT is not null and AFTERFL = 'N'
    group by USUBJID
)
select d.USUBJID, max(d.ADT) as LASTDT, max(d.ADT) filter (where d.SEEN) as SEENDT
from dated as d
left join death as k on k.USUBJID = d.USUBJID
where d.ADT <= (select CUTDT from trial.cut) and (k.DTHDT is null or d.ADT <= k.DTHDT)
group by d.USUBJID

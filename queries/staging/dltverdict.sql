-- Question: which supplemental values of adverse events are, or may be, an adjudication of a DLT, and what do they say?
-- Grain: one supplemental value of AE and one event that it belongs to (AEROW empty: none).
-- Reads: aesupp, trial.flag
-- Kept: no
-- KNOWN: under a flag of the trial definition. Otherwise its name or label looks like one, and it counts where its
-- value affirms; a reason is none. VERDICT: Y or N, null what says neither. MAYBE: it may be a DLT, for where no event
-- tells: anything but a plain no.
with value as (
    select
        USUBJID, AEROW, IDVAR, IDVARVAL, QNAM, QVAL, QVALYN, upper(trim(QVAL)) as SAID,
        QNAM in (select QNAM from trial.flag where FLAG = 'DLT') as KNOWN,
        regexp_matches(QNAM, 'DLT|DOSE?_?LIM|DSLIM|LIM_?TOX|TOX_?LIM')
            or coalesce(regexp_matches(upper(QLABEL), 'DOSE.?LIMIT|LIMITING TOX|\bDLT'), false) as ALIKE
    from aesupp
)
select
    USUBJID, AEROW, IDVAR, IDVARVAL, QNAM, QVAL, KNOWN,
    case when KNOWN then QVALYN end as VERDICT,
    coalesce(QVALYN, '') <> 'N' and SAID not in ('NEGATIVE', 'NO DLT', 'NOT A DLT', 'N/A', 'NA', 'NOT APPLICABLE')
        as MAYBE
from value
where KNOWN
   or (ALIKE and QNAM not in (select QNAM from trial.flag) and not regexp_matches(QNAM, 'RS$|REAS')
       and (QVALYN = 'Y' or regexp_matches(SAID, '^(Y|YES|1|T|TRUE|X|CONFIRMED|POSITIVE|DLT)\b')))

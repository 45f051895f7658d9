-- Question: does the adjudication of DLTs that the trial definition names lack, though events await it?
-- Grain: the events of grade 3 or worse in the DLT window, where nothing was judged of any event.
-- Severity: doubtful
-- Weight: decision
-- Says: no record holds the adjudication of DLTs that trial.toml names; none of these events counts as a DLT, and each
--     leaves its subject pending.
-- Do: Ask the sponsor for SUPPAE (or AE) with the adjudication, or correct flags of [dlt] in trial.toml.
select 'SUPPAE' as DATASET,
    (select string_agg(QNAM, ', ' order by QNAM) from trial.flag where FLAG = 'DLT') as VARIABLE,
    USUBJID, 'AESEQ ' || SRCSEQ as RECORD, concat_ws(', ', AEDECOD, 'grade ' || ATOXGR) as DETAIL
from adae
where DLTWINFL = 'Y' and GR3FL = 'Y' and DLTFL is null
  and exists (select 1 from trial.dose_level)
  and not exists (select 1 from adae where DLTFL is not null or DLTUNRFL = 'Y')
  and not exists (select 1 from dltverdict where KNOWN)

-- Question: which records tell of a death, and of which day?
-- Grain: one record of DM, DS, DD or AE that tells of a death.
-- Reads: aegrade, dsread, source.dd, source.dm, trial.cut
-- By it adsl decides who died and when, adtte and the checks read it.
-- RANK: the best source of the date first: demographics, then disposition, then the fatal event. DD, the details of
-- a death, tells of one, and by its date that it was not later: no day of death (DTL alone).
-- AFTERFL 'Y': dated after the data cut, as early as its text allows.
with told as (
    select USUBJID, 'DM' as SOURCE, 1 as RANK, DTHDTC as DTC, DTHDT as DT, DTHDTL as DTL, DTHDTF as DTF
    from source.dm
    where DTHDTC is not null or upper(left(DTHFL, 1)) = 'Y'
    union all
    select USUBJID, 'DS', 2, DSSTDTC, DSSTDT, DSSTDTL, DSSTDTF
    from dsread
    where DEATHFL = 'Y'
    union all
    select USUBJID, 'AE', 3, AEENDTC, AEENDT, AEENDTL, AEENDTF
    from aegrade
    where FATALFL = 'Y'
    union all
    select USUBJID, 'DD', 4, DDDTC, null, max(DDDTL), null
    from source.dd
    where upper(trim(coalesce(DDSTRESC, DDORRES, ''))) not in ('', 'NOT APPLICABLE', 'ALIVE')
    group by USUBJID, DDDTC
)
select
    told.*,
    case when told.DT > cut.CUTDT or (told.SOURCE = 'DD' and told.DTL > cut.CUTDT) then 'Y' else 'N' end as AFTERFL
from told
cross join trial.cut as cut
where told.USUBJID is not null

-- Question: which records tell of a death, and of which day?
-- Grain: one record of DM, DS or AE that tells of a death.
-- Reads: aegrade, source.dm, source.ds, trial.cut
-- Kept: no
-- By it adsl decides who died and when, adtte and the checks read it.
-- RANK: the best source of the date first: demographics, then disposition, then the fatal event.
-- AFTERFL 'Y': dated after the data cut, as early as its text allows.
with told as (
    select USUBJID, 'DM' as SOURCE, 1 as RANK, DTHDTC as DTC, DTHDT as DT, DTHDTF as DTF
    from source.dm
    where DTHDTC is not null or upper(left(DTHFL, 1)) = 'Y'
    union all
    select USUBJID, 'DS', 2, DSSTDTC, DSSTDT, DSSTDTF
    from source.ds
    where upper(DSDECOD) = 'DEATH'
    union all
    select USUBJID, 'AE', 3, AEENDTC, AEENDT, AEENDTF
    from aegrade
    where FATALFL = 'Y'
)
select told.*, case when told.DT > cut.CUTDT then 'Y' else 'N' end as AFTERFL
from told
cross join trial.cut as cut
where told.USUBJID is not null

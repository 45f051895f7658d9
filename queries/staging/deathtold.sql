-- Question: which records tell of a death, and of which day?
-- Grain: one record of DM, DS, DD, AE, SS, SUPPDM, SUPPDS, ADSL, RS, PR, SV, CE, FA, DV, HO or MH that tells of a
--     death.
-- Reads: aegrade, deathelsewhere, dsread, source.dd, source.dm, source.pr, source.rs, source.ss, source.supp, source.sv
-- Reads: trial.cut
-- By it adsl decides who died and when, adtte and the checks read it.
-- RANK: the best source of the date first: demographics, then disposition, then the fatal event. DD, the details of
-- a death, tells of one, and by its date that it was not later: no day of death (DTL alone). So do a survival status,
-- a response, an autopsy, a visit, a record of deathelsewhere or a supplemental value that says death; and the
-- sponsor's ADSL beside DM (read as supplemental values of DM). In DM any flag but a no tells of one, and a cause of
-- death without a flag.
-- AFTERFL 'Y': dated after the data cut, as early as its text allows.
with told as (
    select USUBJID, 'DM' as SOURCE, 1 as RANK, DTHDTC as DTC, DTHDT as DT, DTHDTL as DTL, DTHDTF as DTF
    from source.dm
    where DTHDTC is not null
       or not regexp_matches(upper(trim(DTHFL)), '^(N|NO|NOT DEAD|F|FALSE|0|ALIVE|U|UNK|UNKNOWN|NA|N/A|[.])$')
       or not regexp_matches(upper(trim(DTHCAUS)), '^(N|NO|NONE|NO DEATH|ALIVE|NA|N/A|NOT APPLICABLE|[.-]|0)$')
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
    union all
    select USUBJID, 'SS', 5, SSDTC, null, SSDTL, null
    from source.ss
    where regexp_matches(upper(coalesce(SSSTRESC, SSORRES)), '^(SUBJECT |PATIENT )?(IS |HAS )?'
        || '(DEAD|DIED|DEATH|DECEASED|EXPIRED)')
    union all
    -- a supplemental date of death is one; a supplemental flag or cause has none
    select
        USUBJID, case when QLABEL = 'ADSL' then 'ADSL' else 'SUPP' || upper(RDOMAIN) end, 6,
        case when DATED then QVAL end, case when DATED then DT end,
        case when DATED then DT end, null
    from (
        select
            *, try_cast(left(QVAL, 10) as date) as DT,
            regexp_matches(upper(QNAM), '^(DS|DM)?(DTHDT|DEATHDT|DDT|DOD)') as DATED
        from source.supp
        where upper(RDOMAIN) in ('DM', 'DS')
          and (regexp_matches(upper(QNAM), '^(DS|DM)?(DTH|DEATH|DOD)|CAUSDTH|CDEATH')
              or regexp_matches(upper(QLABEL), '^(DATE|CAUSE|REASON) (OF|FOR) DEATH|^DEATH (FLAG|DATE|CAUSE)'))
          and not regexp_matches(upper(trim(QVAL)), '^(N|NO|NONE|F|FALSE|0|ALIVE|U|UNK|NA|N/A|NOT APPLICABLE|[.-])$')
    )
    union all
    select USUBJID, 'RS', 7, RSDTC, null, RSDTL, null
    from source.rs
    where regexp_matches(upper(trim(coalesce(RSSTRESC, RSORRES))), '^(DEATH|DEAD|DIED|DECEASED)\b')
    union all
    select USUBJID, 'PR', 8, PRSTDTC, null, PRSTDTL, null
    from source.pr
    where regexp_matches(upper(concat_ws(' ', PRTRT, PRDECOD)), '\b(AUTOPSY|POST.?MORTEM|NECROPSY)')
      and upper(coalesce(PROCCUR, 'Y')) <> 'N'
    union all
    select USUBJID, 'SV', 9, SVSTDTC, null, SVSTDTL, null
    from source.sv
    where regexp_matches(upper(trim(VISIT)), '^(DATE OF )?DEATH( VISIT| REPORT| FORM)?$')
    union all
    select USUBJID, SOURCE, 10, DTC, null, DTL, null from deathelsewhere
)
select
    told.*,
    case when told.DT > cut.CUTDT or (told.RANK > 3 and told.DTL > cut.CUTDT) then 'Y' else 'N' end as AFTERFL
from told
cross join trial.cut as cut
where told.USUBJID is not null

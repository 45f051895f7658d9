-- Question: how many records of each subject were delivered, and are they the same in another cut?
-- Grain: one domain, subject and month (PERIOD) of its records; '' where the domain is not told apart by month, or the
--     month is not known.
-- Reads: source.ae, source.cm, source.cv, source.dm, source.ds, source.dv, source.eg, source.ex, source.lb, source.mh
-- Reads: source.pc, source.pr, source.rs, source.supp, source.sv, source.vs
-- NRECORDS: how many there are. DIGEST: the sum of the hashes of all that overview_records compares, its number
-- included: of two cuts of many subjects it is told at once which records are the same.
with record as (
    select
        'DM' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.dm
    union all
    select
        'EX' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.ex
    union all
    select
        'AE' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.ae
    union all
    select
        'LB' as DOMAIN, USUBJID, coalesce(left(LBDTC, 7), '') as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$|^LBPLACE$'))) as RECORD
    from source.lb
    union all
    select
        'EG' as DOMAIN, USUBJID, coalesce(left(EGDTC, 7), '') as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.eg
    union all
    select
        'CV' as DOMAIN, USUBJID, coalesce(left(CVDTC, 7), '') as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.cv
    union all
    select
        'RS' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.rs
    union all
    select
        'DS' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.ds
    union all
    select
        'MH' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.mh
    union all
    select
        'CM' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.cm
    union all
    select
        'PR' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.pr
    union all
    select
        'PC' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.pc
    union all
    select
        'VS' as DOMAIN, USUBJID, coalesce(left(VSDTC, 7), '') as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.vs
    union all
    select
        'SV' as DOMAIN, USUBJID, coalesce(left(SVSTDTC, 7), '') as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.sv
    union all
    select
        'DV' as DOMAIN, USUBJID, '' as PERIOD,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as RECORD
    from source.dv
    union all
    select
        'SUPP' || s.RDOMAIN as DOMAIN, s.USUBJID, '' as PERIOD,
        hash(s.USUBJID, s.IDVAR, s.IDVARVAL, s.QNAM, s.QVAL, ae.AETERM, ae.AESTDTC) as RECORD
    from source.supp as s
    left join source.ae as ae
        on s.RDOMAIN = 'AE' and s.IDVAR = 'AESEQ' and ae.USUBJID = s.USUBJID
            and ae.AESEQ = s.IDVARVALN
)
select
    DOMAIN, USUBJID, PERIOD, cast(count(*) as integer) as NRECORDS,
    cast(sum(cast(RECORD as hugeint)) % 18446744073709551616 as ubigint) as DIGEST
from record
where USUBJID is not null
group by DOMAIN, USUBJID, PERIOD
order by DOMAIN, USUBJID, PERIOD

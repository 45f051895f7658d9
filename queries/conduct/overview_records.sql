-- Question: which records were delivered, so that two cuts can be compared record by record?
-- Grain: one delivered record, as hashes; nothing that names a subject leaves the cut.
-- Asked of each cut by itself. RECORD is the key (USUBJID and the sequence number, or what stands for one), TOPIC the
-- natural key (subject, test or term, time), CONTENT everything but the sequence number, VALUE what a change is judged
-- by.
-- The dates that are derived (--DT, --DTF, --DTM) say no more than the text that was delivered (--DTC).
-- A supplemental qualifier is known by the record it belongs to. Only the variables that the dashboard reads are
-- compared.
-- $groups: of these groups of records alone, by the keys of record_digests; null for all.
with wanted as (
    select DOMAIN, USUBJID, PERIOD
    from recordsum
    where case when $groups is null then true
        else hash(DOMAIN, USUBJID, PERIOD) in (select unnest(cast($groups as ubigint[]))) end
),
-- of millions of laboratory results few are wanted: those of these subjects are found before all columns are read
result as materialized (
    select r.LBPLACE as PLACE
    from source.lb as r
    semi join wanted as w on w.DOMAIN = 'LB' and w.USUBJID = r.USUBJID
),
delivered as (
    select 'DM' as DOMAIN, USUBJID, hash(USUBJID) as RECORD, hash(USUBJID) as TOPIC,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.dm as r
    semi join wanted as w on w.DOMAIN = 'DM' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'EX' as DOMAIN, USUBJID, hash(USUBJID, EXSEQ) as RECORD, hash(USUBJID, EXTRT, EXSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'EXSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.ex as r
    semi join wanted as w on w.DOMAIN = 'EX' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'AE' as DOMAIN, USUBJID, hash(USUBJID, AESEQ) as RECORD, hash(USUBJID, AETERM, AESTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'AESEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.ae as r
    semi join wanted as w on w.DOMAIN = 'AE' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'LB' as DOMAIN, USUBJID, hash(USUBJID, LBSEQ) as RECORD, hash(USUBJID, LBTESTCD, LBSPEC, LBDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'LBSEQ' and not regexp_matches(c, 'DT[FM]?$|^LBPLACE$'))) as CONTENT
    from source.lb as r
    semi join result as f on f.PLACE = r.LBPLACE
    semi join wanted as w on w.DOMAIN = 'LB' and w.USUBJID = r.USUBJID and w.PERIOD = coalesce(left(r.LBDTC, 7), '')
    union all
    select 'EG' as DOMAIN, USUBJID, hash(USUBJID, EGSEQ) as RECORD,
        hash(USUBJID, EGTESTCD, EGDTC, EGTPT, EGREPNUM) as TOPIC,
        hash(*columns(lambda c: c <> 'EGSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.eg as r
    semi join wanted as w on w.DOMAIN = 'EG' and w.USUBJID = r.USUBJID and w.PERIOD = coalesce(left(r.EGDTC, 7), '')
    union all
    select 'CV' as DOMAIN, USUBJID, hash(USUBJID, CVSEQ) as RECORD, hash(USUBJID, CVTESTCD, CVMETHOD, CVDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'CVSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.cv as r
    semi join wanted as w on w.DOMAIN = 'CV' and w.USUBJID = r.USUBJID and w.PERIOD = coalesce(left(r.CVDTC, 7), '')
    union all
    select 'RS' as DOMAIN, USUBJID, hash(USUBJID, RSSEQ) as RECORD, hash(USUBJID, RSTESTCD, RSEVAL, RSDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'RSSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.rs as r
    semi join wanted as w on w.DOMAIN = 'RS' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'DS' as DOMAIN, USUBJID, hash(USUBJID, DSSEQ) as RECORD, hash(USUBJID, DSDECOD, DSSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'DSSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.ds as r
    semi join wanted as w on w.DOMAIN = 'DS' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'MH' as DOMAIN, USUBJID, hash(USUBJID, MHSEQ) as RECORD, hash(USUBJID, MHTERM, MHSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'MHSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.mh as r
    semi join wanted as w on w.DOMAIN = 'MH' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'CM' as DOMAIN, USUBJID, hash(USUBJID, CMSEQ) as RECORD, hash(USUBJID, CMTRT, CMSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'CMSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.cm as r
    semi join wanted as w on w.DOMAIN = 'CM' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'PR' as DOMAIN, USUBJID, hash(USUBJID, PRSEQ) as RECORD, hash(USUBJID, PRTRT, PRSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'PRSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.pr as r
    semi join wanted as w on w.DOMAIN = 'PR' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'PC' as DOMAIN, USUBJID, hash(USUBJID, PCSEQ) as RECORD, hash(USUBJID, PCTESTCD, PCRFTDTC, PCTPT) as TOPIC,
        hash(*columns(lambda c: c <> 'PCSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.pc as r
    semi join wanted as w on w.DOMAIN = 'PC' and w.USUBJID = r.USUBJID and w.PERIOD = ''
    union all
    select 'VS' as DOMAIN, USUBJID, hash(USUBJID, VSSEQ) as RECORD, hash(USUBJID, VSTESTCD, VSDTC, VSTPT) as TOPIC,
        hash(*columns(lambda c: c <> 'VSSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.vs as r
    semi join wanted as w on w.DOMAIN = 'VS' and w.USUBJID = r.USUBJID and w.PERIOD = coalesce(left(r.VSDTC, 7), '')
    union all
    select 'SV' as DOMAIN, USUBJID, hash(USUBJID, VISITNUM, SVSTDTC) as RECORD,
        hash(USUBJID, VISITNUM, SVSTDTC) as TOPIC,
        hash(*columns(lambda c: not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.sv as r
    semi join wanted as w on w.DOMAIN = 'SV' and w.USUBJID = r.USUBJID and w.PERIOD = coalesce(left(r.SVSTDTC, 7), '')
    union all
    select 'DV' as DOMAIN, USUBJID, hash(USUBJID, DVSEQ) as RECORD, hash(USUBJID, DVTERM, DVSTDTC) as TOPIC,
        hash(*columns(lambda c: c <> 'DVSEQ' and not regexp_matches(c, 'DT[FM]?$'))) as CONTENT
    from source.dv as r
    semi join wanted as w on w.DOMAIN = 'DV' and w.USUBJID = r.USUBJID and w.PERIOD = ''
),
qualifier as (
    select
        'SUPP' || s.RDOMAIN as DOMAIN, s.USUBJID,
        hash(s.USUBJID, s.IDVAR, s.IDVARVAL, s.QNAM) as RECORD,
        hash(s.USUBJID, s.QNAM, ae.AETERM, ae.AESTDTC) as TOPIC,
        hash(s.QNAM, s.QVAL, ae.AETERM, ae.AESTDTC) as CONTENT,
        hash(s.QVAL) as VALUE
    from source.supp as s
    semi join wanted as w on w.DOMAIN = 'SUPP' || s.RDOMAIN and w.USUBJID = s.USUBJID
    left join source.ae as ae
        on s.RDOMAIN = 'AE' and s.IDVAR = 'AESEQ' and ae.USUBJID = s.USUBJID
            and ae.AESEQ = s.IDVARVALN
),
record as (
    select *, CONTENT as VALUE from delivered
    union all
    select * from qualifier
)
select r.DOMAIN, hash(r.USUBJID) as SUBJECT, r.RECORD, r.TOPIC, r.CONTENT, r.VALUE
from record as r
join selected as s on s.USUBJID = r.USUBJID

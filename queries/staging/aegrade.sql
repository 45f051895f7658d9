-- Question: which grade counts for each adverse event, as delivered or implied by its outcome?
-- Grain: one row of AE, numbered (AEROW): a delivery may hold no AESEQ.
-- Reads: source.ae, source.supp
-- Kept: no
-- A fatal event (outcome fatal, or resulting in death, of that very event) is of grade 5 whatever grade was delivered;
-- a life-threatening one is of grade 4 where no grade from 1 to 5 can be read. ATOXGRIM: what implied the grade, where
-- that differs from the one delivered (FATAL, LIFE THREATENING). What AE itself does not say is taken from SUPPAE; of
-- two grades the worse counts, and SUPPGR is the one of SUPPAE as delivered.
with supplied as (
    select
        USUBJID, IDVARVALN as AESEQ,
        max(QVAL) filter (where upper(QNAM) = 'AESDTH') as AESDTH,
        max(QVAL) filter (where upper(QNAM) = 'AESLIFE') as AESLIFE,
        max(QVAL) filter (where upper(QNAM) = 'AEOUT') as AEOUT,
        max(QVAL) filter (where upper(QNAM) = 'AETOXGR') as AETOXGR,
        max(try_cast(regexp_extract(upper(QVAL), '^(GRADE *)?([1-5])([.]0*)?$', 2) as integer))
            filter (where upper(QNAM) = 'AETOXGR') as SUPPGRN
    from source.supp
    where upper(RDOMAIN) = 'AE' and upper(IDVAR) = 'AESEQ'
      and upper(QNAM) in ('AESDTH', 'AESLIFE', 'AEOUT', 'AETOXGR')
    group by USUBJID, IDVARVALN
),
complete as (
    select
        e.* replace (
            coalesce(e.AESDTH, s.AESDTH) as AESDTH, coalesce(e.AESLIFE, s.AESLIFE) as AESLIFE,
            coalesce(e.AEOUT, s.AEOUT) as AEOUT, coalesce(e.AETOXGR, s.AETOXGR) as AETOXGR,
            greatest(e.AETOXGRN, s.SUPPGRN) as AETOXGRN
        ),
        case when e.AETOXGRN <> s.SUPPGRN then s.AETOXGR end as SUPPGR,
        row_number() over (order by e.USUBJID, e.AESEQ, e.AESTDTC, e.AETERM) as AEROW
    from source.ae as e
    left join supplied as s on s.USUBJID = e.USUBJID and s.AESEQ = e.AESEQ
),
outcome as (
    select
        *,
        coalesce(regexp_matches(upper(AEOUT), '^(FATAL|DEATH|DIED|DEAD|RESULTED IN DEATH)'), false)
            or coalesce(regexp_matches(upper(AESDTH), '^(Y|1$|TRUE$)'), false) as FATAL,
        coalesce(regexp_matches(upper(AESLIFE), '^(Y|1$|TRUE$)'), false) as THREAT
    from complete
)
select
    * exclude (FATAL, THREAT),
    cast(case when FATAL then 5 when AETOXGRN is null and THREAT then 4 else AETOXGRN end as integer) as ATOXGR,
    case
        when FATAL and coalesce(AETOXGRN, 0) < 5 then 'FATAL'
        when AETOXGRN is null and THREAT then 'LIFE THREATENING'
    end as ATOXGRIM,
    case when FATAL or AETOXGRN = 5 then 'Y' else 'N' end as FATALFL
from outcome

-- Question: which grade counts for each adverse event, as delivered or implied by its outcome?
-- Grain: one row of AE (AEROW).
-- Reads: aerow, aesupp
-- Kept: no
-- A fatal event (outcome fatal, or resulting in death, of that very event) is of grade 5 whatever grade was delivered;
-- a life-threatening one is of grade 4 where no grade from 1 to 5 can be read. ATOXGRIM: what implied the grade, where
-- that differs from the one delivered (FATAL, LIFE THREATENING). What AE itself does not say is taken from SUPPAE; of
-- two grades the worse counts, and SUPPGR is the one of SUPPAE as delivered: of its grade or its worst grade.
-- Fatal is also an event that is itself a death (Death, Sudden death).
-- LEAST3FL: the grade cannot be read, and what is written may say 3 or more (">=3", "2-4", "3a", "severe").
with supplemental as (
    select
        AEROW, QVAL, QVALYN,
        case
            when QNAM in ('AEMAXGR', 'AEGRMAX', 'AETOXGRM', 'AETOXMAX', 'AEWORGR', 'MAXTOXGR')
                or regexp_matches(upper(QLABEL), '(MAX|WORST|HIGHEST).*GRADE') then 'AETOXGR'
            else QNAM
        end as QNAM,
        try_cast(regexp_extract(upper(QVAL), '^(GRADE *)?([1-5])([.]0*)?$', 2) as integer) as GRADE
    from aesupp
    where AEROW is not null
),
supplied as (
    select
        AEROW,
        max(QVALYN) filter (where QNAM = 'AESDTH') as AESDTH,
        max(QVALYN) filter (where QNAM = 'AESLIFE') as AESLIFE,
        max(QVAL) filter (where QNAM = 'AEOUT') as AEOUT,
        coalesce(arg_max(QVAL, GRADE) filter (where QNAM = 'AETOXGR'), max(QVAL) filter (where QNAM = 'AETOXGR'))
            as AETOXGR,
        max(GRADE) filter (where QNAM = 'AETOXGR') as SUPPGRN,
        string_agg(QVAL, ' | ') filter (where QNAM = 'AETOXGR' and GRADE is null) as UNREADGR
    from supplemental
    group by AEROW
),
complete as (
    select
        e.* replace (
            coalesce(e.AESDTH, s.AESDTH) as AESDTH, coalesce(e.AESLIFE, s.AESLIFE) as AESLIFE,
            coalesce(e.AEOUT, s.AEOUT) as AEOUT, coalesce(e.AETOXGR, s.AETOXGR) as AETOXGR,
            greatest(e.AETOXGRN, s.SUPPGRN) as AETOXGRN
        ),
        case when e.AETOXGRN <> s.SUPPGRN or (e.AETOXGRN is null and e.AETOXGR is not null and s.SUPPGRN is not null)
            then s.AETOXGR end as SUPPGR,
        -- what cannot be read of a grade, without the version of CTCAE, a negation, and what is said to lie below
        regexp_replace(upper(concat_ws(' | ', case when e.AETOXGRN is null then e.AETOXGR end, s.UNREADGR,
            case when regexp_matches(e.AESEV, '[0-9]') then e.AESEV end)),
            '\bV(ERSION)?[ .]*[0-9][0-9.]*|\b(NOT|NON)[ -]+SEVERE|(<|LESS THAN|BELOW|UNDER) *(GRADE *|GR[.]? *)?3',
            '', 'g') as UNREAD
    from aerow as e
    left join supplied as s on s.AEROW = e.AEROW
),
outcome as (
    select
        *,
        coalesce(regexp_matches(upper(AEOUT), '\b(FATAL|LETHAL|DEATH|DIED|DEAD|DECEASED|DEMISE|EXPIRED|EXITUS|'
            || 'SUCCUMBED|PASSED AWAY)') and not regexp_matches(upper(AEOUT), '\b(NOT|NO|NON|NEVER|WITHOUT)[ -]+'
            || '(A )?(FATAL|LETHAL|DEATH|DIED|DEAD|DECEASED)'), false) as ENDFATAL,
        coalesce(regexp_matches(upper(coalesce(AEDECOD, AETERM)), '^((SUDDEN|CARDIAC|UNEXPLAINED|UNEXPECTED|BRAIN|'
            || 'ACCIDENTAL|NEONATAL) )*DEATH( NOS| DUE TO .*| FROM .*| UNEXPLAINED| OF UNKNOWN CAUSE)?$|'
            || '\bSUDDEN ([A-Z]+ )?DEATH'), false) as ISDEATH,
        ENDFATAL or ISDEATH
            or coalesce(AESDTH = 'Y', false) as FATAL,
        coalesce(AESLIFE = 'Y', false) as THREAT
    from complete
)
select
    * exclude (FATAL, THREAT, UNREAD, ISDEATH),
    cast(case when FATAL then 5 when AETOXGRN is null and THREAT then 4 else AETOXGRN end as integer) as ATOXGR,
    case
        when FATAL and coalesce(AETOXGRN, 0) < 5 then 'FATAL'
        when AETOXGRN is null and THREAT then 'LIFE THREATENING'
    end as ATOXGRIM,
    case when AETOXGRN is null and regexp_matches(UNREAD, '(^|[^0-9.,])0*[345]([^0-9]|$)|\b(III|IV|V)\b|'
        || '\b(THREE|FOUR|FIVE|SEVERE|LIFE|DISABLING|FATAL|DEATH)|'
        || '(>=?|≥|AT LEAST|MORE THAN|ABOVE|OVER) *(GRADE *|GR[.]? *)?[12]|'
        || '[12] *([+]|OR (MORE|WORSE|HIGHER|ABOVE)|AND (MORE|WORSE|HIGHER|ABOVE))') then 'Y' end as LEAST3FL,
    case when FATAL or AETOXGRN = 5 then 'Y' else 'N' end as FATALFL
from outcome

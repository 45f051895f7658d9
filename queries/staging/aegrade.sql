-- Question: which grade counts for each adverse event, as delivered or implied by its outcome?
-- Grain: one row of AE.
-- Reads: source.ae
-- Kept: no
-- A fatal event (outcome fatal, or resulting in death, of that very event) is of grade 5 whatever grade was delivered;
-- a life-threatening one is of grade 4 where no grade from 1 to 5 can be read. ATOXGRIM: what implied the grade, where
-- that differs from the one delivered (FATAL, LIFE THREATENING).
with outcome as (
    select
        *,
        regexp_matches(upper(AEOUT), '^(FATAL|DEATH|DIED|DEAD|RESULTED IN DEATH)')
            or regexp_matches(upper(AESDTH), '^(Y|1$|TRUE$)') as FATAL,
        regexp_matches(upper(AESLIFE), '^(Y|1$|TRUE$)') as THREAT
    from source.ae
)
select
    * exclude (FATAL, THREAT),
    cast(case when coalesce(FATAL, false) then 5 when AETOXGRN is null and THREAT then 4 else AETOXGRN end as integer)
        as ATOXGR,
    case
        when coalesce(FATAL, false) and AETOXGRN is distinct from 5 then 'FATAL'
        when AETOXGRN is null and THREAT then 'LIFE THREATENING'
    end as ATOXGRIM,
    case when coalesce(FATAL, false) or AETOXGRN = 5 then 'Y' else 'N' end as FATALFL
from outcome

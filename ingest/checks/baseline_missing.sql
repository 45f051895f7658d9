-- Question: of whom was a value measured after the first infusion and none before it, though others have both?
-- Grain: one treated subject and one measurement whose change from baseline is shown.
-- Severity: left out
-- Weight: number; decision in CV
-- Says: nothing was measured before the first infusion, so no change from baseline is known; what the value alone tells
--     is assessed.
-- Do: Ask the sponsor for the value before treatment, or for its date or unit.
with value as (
    select 'CV' as DATASET, USUBJID, PARAMCD, AVAL, ABLFL, POSTFL from adcv where PARAMCD = 'LVEF'
    union all
    select 'EG', USUBJID, PARAMCD, AVAL, ABLFL, POSTFL from adeg where PARAMCD = 'QTCF'
    union all
    select 'LB', USUBJID, PARAMCD, AVAL, ABLFL, POSTFL from adlb
    where PARAMCD in ('CREAT', 'ALT', 'AST', 'BILI')
      and coalesce(NOTERM, '') not in ('not done', 'specimen is not blood')
),
measured as (
    select
        DATASET, PARAMCD, USUBJID, bool_or(ABLFL = 'Y' and AVAL is not null) as BEFORE,
        count(*) filter (where POSTFL = 'Y' and AVAL is not null) as NAFTER
    from value
    group by DATASET, PARAMCD, USUBJID
)
select
    DATASET, PARAMCD as VARIABLE, USUBJID, cast(null as varchar) as RECORD,
    NAFTER || ' after the first infusion' as DETAIL
from measured as m
where NAFTER > 0 and not coalesce(BEFORE, false)
  and PARAMCD in (select o.PARAMCD from measured as o where o.BEFORE)

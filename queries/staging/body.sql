-- Question: how tall (cm), heavy (kg) and large (m²) was each subject, by each measurement?
-- Grain: one measurement of height, weight or body surface with a number and a full date.
-- Reads: source.vs
-- Kept: no
-- AVAL is missing where the unit is blank or not known: 1.2 is metres as well as centimetres. A number may be delivered
-- as text alone, and the unit beside the original result alone where both results are the same.
with result as (
    select
        USUBJID, VSDT, VSSEQ, VSTESTCD, VSDTF, coalesce(VSSTRESC, VSORRES) as TEXT,
        coalesce(VSSTRESN, case when regexp_full_match(TEXT, '[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?')
            then cast(TEXT as double) end) as RESULT,
        coalesce(VSSTRESU, case when try_cast(VSORRES as double) = RESULT then VSORRESU end) as UNIT
    from source.vs
    where upper(VSTESTCD) in ('HEIGHT', 'WEIGHT', 'BSA')
)
select
    USUBJID, VSDT, coalesce(VSSEQ, 0) as VSSEQ, upper(VSTESTCD) as TESTCD,
    RESULT * case upper(VSTESTCD)
        when 'HEIGHT' then case lower(UNIT) when 'cm' then 1 when 'm' then 100 when 'in' then 2.54 end
        when 'WEIGHT' then case lower(UNIT) when 'kg' then 1 when 'g' then 0.001 when 'lb' then 0.45359237 end
        when 'BSA' then case replace(replace(replace(lower(UNIT), '²', '2'), '^', ''), '**', '') when 'm2' then 1 end
    end as AVAL
from result
where VSDT is not null and VSDTF is null and RESULT > 0

-- Question: is the day of each subject's first infusion known, and is the drug of every infusion?
-- Grain: one subject with an infusion of the study drug, or of what may be it.
-- Reads: exdose
-- Kept: no
-- Kept by adsl. FIRSTDTL: the latest day that the first infusion can have been; unknown where no infusion that is
-- surely of the study drug has a date. FIRSTCD, codes joined by ";": FIRST DOSE where the day is not known (no date, a
-- month or year alone, or an infusion without a date recorded before the first dated one), DRUG where the drug of an
-- infusion is in doubt.
with given as (
    select USUBJID, EXSEQ, EXSTDT, EXSTDTL, DRUGCD = 'LIKELY' as INDOUBT
    from exdose
    where USUBJID is not null and GIVENFL = 'Y'
),
first as (
    select
        USUBJID, bool_or(INDOUBT) as INDOUBT,
        min(EXSTDT) filter (where not INDOUBT) as FIRSTDT, min(EXSTDTL) filter (where not INDOUBT) as FIRSTDTL,
        arg_min(EXSEQ, EXSTDT) filter (where not INDOUBT) as FIRSTSEQ,
        min(EXSEQ) filter (where not INDOUBT and EXSTDT is null) as UNDATEDSEQ,
        count(*) filter (where not INDOUBT) as NSURE
    from given
    group by USUBJID
)
select
    USUBJID, FIRSTDTL,
    nullif(concat_ws(';',
        case when NSURE > 0 and (FIRSTDT is null or FIRSTDT < FIRSTDTL or UNDATEDSEQ < FIRSTSEQ) then 'FIRST DOSE' end,
        case when INDOUBT then 'DRUG' end), '') as FIRSTCD
from first

-- Question: which other drugs does EX hold, beside the study drug?
-- Grain: one EX record of another drug that was given.
-- Reads: exdrug
-- It counts for no first infusion, window, course or dose.
select USUBJID, EXSEQ, EXTRT, EXSTDT as ASTDT, EXSTDTF as ASTDTF, EXDOSE, EXDOSU, EXROUTE
from exdrug
where DRUGCD = 'OTHER' and GIVENFL = 'Y'
order by USUBJID, EXSTDT nulls last, EXSEQ

-- Question: which records of adverse events came, told apart though they may have no AESEQ?
-- Grain: one row of AE, numbered (AEROW).
-- Reads: source.ae
-- Kept: no
select *, row_number() over (order by USUBJID, AESEQ, AESTDTC, AETERM) as AEROW from source.ae

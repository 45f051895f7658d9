-- Question: which files was this cut made from?
-- Grain: one file of the delivery.
select FILENAME, FORMAT, DATASET, NROWS, NCOLS, NBYTES, ENCODING, STATUS, SHA256
from ingest.file
order by FILENAME

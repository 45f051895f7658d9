from displays.data import delivered as data
from pages.parts.place import heading, place
from visit import guard

guard("closed")
heading("Data", "What the numbers rest on: what came, what was odd in it, what was left out and why")
place(data.delivered_domains)
place(data.left_out)
place(data.ingest_findings)
place(data.labs_not_graded)
place(data.assumptions)
place(data.delivered_files)
place(data.making)
place(data.table_dictionary)

"""Damage to column names and to whole columns."""

from __future__ import annotations

import random
import string

from mutations.draft import HARMFUL, HARMLESS, Draft, mutation

USED = {
    "dm": "USUBJID SITEID AGE SEX ARMCD ARM ACTARMCD ACTARM ARMNRS DTHFL DTHDTC RFSTDTC RFXSTDTC RFICDTC",
    "ex": "USUBJID EXTRT EXDOSE EXDOSU EXDOSFRQ EXSTDTC EXENDTC EXSEQ VISIT",
    "ae": "USUBJID AESEQ AETERM AEDECOD AEBODSYS AETOXGR AESER AESDTH AESLIFE AESHOSP AEREL AEOUT AESTDTC AEENDTC",
    "ds": "USUBJID DSDECOD DSCAT DSTERM EPOCH DSSTDTC",
    "lb": "USUBJID LBTESTCD LBSTRESN LBSTRESC LBSTRESU LBORRES LBORRESU LBSTNRLO LBSTNRHI LBBLFL LBDTC VISIT LBSTAT",
    "cv": "USUBJID CVTESTCD CVSTRESN CVSTRESC CVORRES CVSTRESU CVMETHOD CVBLFL CVDTC CVSTAT",
    "eg": "USUBJID EGTESTCD EGSTRESN EGSTRESC EGSTRESU EGBLFL EGREPNUM EGTPT EGDTC VISIT",
    "rs": "USUBJID RSTESTCD RSCAT RSORRES RSSTRESC RSEVAL RSDTC VISIT",
    "mh": "USUBJID MHTERM MHDECOD MHCAT",
    "cm": "USUBJID CMTRT CMDECOD CMCAT CMDOSE CMDOSTOT CMDOSU CMSTDTC",
    "pr": "USUBJID PRTRT PRDECOD PRSTDTC",
    "pc": "USUBJID PCTESTCD PCSTRESN PCSTRESC PCSTRESU PCTPT PCDTC",
    "sv": "USUBJID VISIT VISITNUM SVSTDTC SVENDTC",
    "vs": "USUBJID VSTESTCD VSSTRESN VSSTRESU VSDTC",
    "dv": "USUBJID DVTERM DVDECOD DVCAT DVSTDTC",
    "suppae": "USUBJID RDOMAIN IDVAR IDVARVAL QNAM QVAL",
    "suppdm": "USUBJID RDOMAIN QNAM QVAL",
}
LABELS = {
    "USUBJID": "Unique Subject Identifier",
    "AETOXGR": "Standard Toxicity Grade",
    "AESER": "Serious Event",
    "AEOUT": "Outcome of Adverse Event",
    "EXDOSE": "Dose",
    "EXSTDTC": "Start Date/Time of Treatment",
    "DSDECOD": "Standardized Disposition Term",
    "RSSTRESC": "Character Result/Finding in Std Format",
    "CVSTRESN": "Numeric Result/Finding in Standard Units",
    "LBSTRESN": "Numeric Result/Finding in Standard Units",
    "QVAL": "Data Value",
    "ACTARM": "Description of Actual Arm",
}


def drawn(random: random.Random, draft: Draft) -> tuple[str, str]:
    """A dataset with rows and one of its columns that displays use."""
    name = random.choice([name for name in USED if draft.tables[name].rows])
    return name, random.choice([column for column in USED[name].split() if column in draft.tables[name].header])


def rename(draft: Draft, name: str, column: str, other: str) -> tuple[str, str]:
    header = draft.tables[name].header
    header[header.index(column)] = other
    return name, f"{column} → {other!r}"


@mutation(HARMLESS)
def header_lower_case(random, draft):
    name, _ = drawn(random, draft)
    draft.tables[name].header = [column.lower() for column in draft.tables[name].header]
    return name, "all"


@mutation(HARMLESS)
def header_with_blanks(random, draft):
    name, column = drawn(random, draft)
    return rename(draft, name, column, random.choice((f"{column} ", f" {column}", f"{column}\t", f"\xa0{column}\xa0")))


@mutation(HARMLESS)
def columns_in_another_order(random, draft):
    name, _ = drawn(random, draft)
    table = draft.tables[name]
    order = random.sample(range(len(table.header)), len(table.header))
    table.header = [table.header[i] for i in order]
    table.rows = [[row[i] for i in order] for row in table.rows]
    return name, "all"


@mutation(HARMLESS)
def column_more(random, draft):
    name, _ = drawn(random, draft)
    table, place = draft.tables[name], random.randrange(len(draft.tables[name].header))
    table.header.insert(place, random.choice(("SITEMONITOR", "_ROW_", "Comment", "FORM OID")))
    for n, row in enumerate(table.rows):
        row.insert(place, f"{n} x")
    return name, table.header[place]


@mutation(HARMFUL)
def header_one_letter(random, draft):
    name, column = drawn(random, draft)
    place = random.randrange(len(column))
    letter = random.choice([c for c in string.ascii_uppercase if c != column[place]])
    return rename(draft, name, column, column[:place] + letter + column[place + 1 :])


@mutation(HARMFUL)
def header_letter_lost(random, draft):
    name, column = drawn(random, draft)
    place = random.randrange(len(column))
    return rename(draft, name, column, column[:place] + column[place + 1 :])


@mutation(HARMFUL)
def header_letters_exchanged(random, draft):
    name, column = drawn(random, draft)
    place = random.randrange(len(column) - 1)
    other = column[:place] + column[place + 1] + column[place] + column[place + 2 :]
    return rename(draft, name, column, other) if other != column else None


@mutation(HARMFUL)
def header_with_a_sign(random, draft):
    name, column = drawn(random, draft)
    return rename(draft, name, column, random.choice((f"{column}(", f"{column}.1", f"{column}_", f"*{column}")))


@mutation(HARMFUL)
def header_is_label(random, draft):
    name, column = drawn(random, draft)
    return rename(draft, name, column, LABELS[column]) if column in LABELS else None


@mutation(HARMFUL)
def header_without_prefix(random, draft):
    name, column = drawn(random, draft)
    return rename(draft, name, column, column[2:]) if column.startswith(name.upper()) else None


@mutation(HARMFUL)
def column_dropped(random, draft):
    name, column = drawn(random, draft)
    table = draft.tables[name]
    place = table.header.index(column)
    table.header.pop(place)
    for row in table.rows:
        row.pop(place)
    return name, column


@mutation(HARMFUL)
def column_emptied(random, draft):
    name, column = drawn(random, draft)
    changed = draft.tables[name].change(column, lambda text: "")
    return (name, column) if changed else None


@mutation(HARMFUL)
def column_twice(random, draft):
    name, column = drawn(random, draft)
    _, other = name, random.choice([c for c in USED[name].split() if c != column])
    return rename(draft, name, other, column)


@mutation(HARMFUL)
def columns_exchanged(random, draft):
    name, column = drawn(random, draft)
    table = draft.tables[name]
    other = random.choice([c for c in USED[name].split() if c != column])
    if table.column(column) == table.column(other):
        return None
    one, two = table.header.index(column), table.header.index(other)
    table.header[one], table.header[two] = other, column
    return name, f"{column} ↔ {other}"


@mutation(HARMFUL)
def columns_shifted(random, draft):
    """From some column on, every value stands one column further right."""
    name, column = drawn(random, draft)
    table = draft.tables[name]
    place = table.header.index(column)
    table.rows = [[*row[:place], "", *row[place:-1]] for row in table.rows]
    return name, f"from {column}"


@mutation(HARMFUL)
def row_shifted(random, draft):
    name, column = drawn(random, draft)
    table = draft.tables[name]
    place, n = table.header.index(column), random.randrange(len(table.rows))
    row = table.rows[n]
    table.rows[n] = [*row[:place], "", *row[place:-1]]
    return name, f"row {n + 1} from {column}"

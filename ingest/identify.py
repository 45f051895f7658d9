"""Which dataset a delivered file is: by its content, and where that cannot be read, by its name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

from pyarrow import Table

from ingest.delivery import IngestError
from ingest.read import File
from ingest.source import COLUMNS
from ingest.table import texts

TRIAL_DESIGN = {"TS", "TA", "TE", "TV", "TI", "TD", "TM", "TX"}
SUBJECT_DOMAINS = set(COLUMNS) - TRIAL_DESIGN - {"SUPP"}
ADAM_MARKS = {"PARAMCD", "TRTA", "TRTP", "TRT01A", "TRT01P", "SAFFL", "ITTFL", "TRTEMFL"}


def named_dataset(name: str) -> str:
    """Which dataset a file is by its name alone (`lbch.xpt` is lb, `adsl.csv` adam.adsl); empty where it names none."""
    stem = re.sub(r"[^A-Z0-9_]", "_", PurePosixPath(name).name.partition(".")[0].upper())
    if stem in (SUBJECT_DOMAINS | TRIAL_DESIGN) or re.fullmatch(r"SUPP[A-Z0-9]{2,4}", stem):
        return stem.lower()
    if re.fullmatch(r"SQ[A-Z0-9]{2}", stem):
        return f"supp{stem[2:].lower()}"
    if re.fullmatch(r"AD[A-Z0-9]{2,6}", stem):
        return f"adam.{stem.lower()}"
    return stem[:2].lower() if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", stem) and stem[:2] in SUBJECT_DOMAINS else ""


def dataset_of(stem: str, file: File, name: str) -> str:
    """Which dataset a file is, lower case: by its DOMAIN column first, by its name where it has none;
    `adam.adsl` for ADaM."""
    columns = _columns(file.table, name)
    names = [re.sub(r"[^A-Z0-9_]", "_", text.upper()) for text in (stem, file.inside) if text]
    if {"RDOMAIN", "QNAM", "QVAL"} <= columns.keys():
        return _supplemental(file.table, columns["RDOMAIN"], names, name)
    adam = next((n for n in names if re.fullmatch(r"AD[A-Z0-9]{2,6}", n)), None)
    if adam and (ADAM_MARKS & columns.keys() or "DOMAIN" not in columns):
        return f"adam.{adam.lower()}"
    domain = _domain(file.table, columns, names, name)
    if domain in SUBJECT_DOMAINS and "USUBJID" not in columns:
        raise IngestError(
            f"{name} ({domain}) has no column USUBJID, so its records belong to nobody; ask for the file again."
        )
    return domain.lower()


def _columns(table: Table, name: str) -> dict[str, str]:
    """Upper-case column name → name as delivered; two that differ only in case cannot be told apart."""
    upper = [str(column).upper() for column in table.column_names]
    twice = [column for column, count in Counter(upper).items() if count > 1]
    if twice:
        raise IngestError(f"{name}: the column {twice[0]} is there twice; name every column once.")
    return dict(zip(upper, table.column_names, strict=True))


def _values(table: Table, column: str) -> list[str]:
    return sorted({text.strip().upper() for text in texts(table[column])} - {"", "NA"})


def _supplemental(table: Table, column: str, names: list[str], name: str) -> str:
    domains = _values(table, column)
    if odd := [domain for domain in domains if not re.fullmatch(r"[A-Z][A-Z0-9]{1,3}", domain)]:
        raise IngestError(f"{name}: RDOMAIN holds {odd[0][:40]!r}, which is no domain; ask for the file again.")
    if len(domains) == 1:
        return f"supp{domains[0].lower()}"
    return next((n.lower() for n in names if n.startswith("SUPP")), "suppqual")


def _domain(table: Table, columns: dict[str, str], names: list[str], name: str) -> str:
    domains = _values(table, columns["DOMAIN"]) if "DOMAIN" in columns else []
    if len(domains) > 1:
        raise IngestError(f"{name} holds records of several domains ({', '.join(domains)}); deliver one file a domain.")
    if domains and re.fullmatch(r"[A-Z0-9_]+", domains[0]):
        return domains[0]
    for candidate in names:
        if candidate in COLUMNS or candidate in TRIAL_DESIGN:
            return candidate
        if candidate[:2] in SUBJECT_DOMAINS and {f"{candidate[:2]}SEQ", f"{candidate[:2]}TESTCD"} & columns.keys():
            return candidate[:2]
    return names[0] if re.match(r"[A-Z_]", names[0]) else f"_{names[0]}"

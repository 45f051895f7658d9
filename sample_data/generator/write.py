"""Rows to SAS transport files, the same bytes on every run."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas
import pyreadstat

from .story import table

STAMP = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
HEADER_BYTES = 80 * 8
NUMERIC = re.compile(r".*(SEQ|STRESN|STNRLO|STNRHI|DY|VISITNUM|TPTNUM|REPNUM|LLOQ|DOSE|DOSTOT|TAETORD)$|AGE$")


def variables() -> dict[str, dict[str, str]]:
    """Variables of every domain in their order, with CDISC's labels."""
    domains: dict[str, dict[str, str]] = {}
    for row in table("variables"):
        domains.setdefault(row["domain"], {})[row["variable"]] = row["label"]
    return domains


def write(name: str, rows: list[dict], folder: Path, cut: date) -> Path:
    """One domain to `<name>.xpt` in the folder."""
    labels = variables()[name]
    columns = {variable: _column(variable, rows) for variable in labels}
    path = folder / f"{name.lower()}.xpt"
    pyreadstat.write_xport(
        pandas.DataFrame(columns),
        str(path),
        column_labels=list(labels.values()),
        table_name=name,
        file_format_version=5,
    )
    _date_header(path, cut)
    return path


def _column(variable: str, rows: list[dict]) -> pandas.Series:
    values = [row.get(variable) for row in rows]
    if NUMERIC.match(variable):
        return pandas.Series([float("nan") if value is None else value for value in values], dtype="float64")
    return pandas.Series(["" if value is None else value for value in values], dtype="object")


def _date_header(path: Path, cut: date) -> None:
    """A transport file carries the time it was written; here that is the cut, so that equal data are equal bytes."""
    content = path.read_bytes()
    made = cut.strftime("%d%b%y").upper().encode() + b":18:00:00"
    path.write_bytes(STAMP.sub(made, content[:HEADER_BYTES]) + content[HEADER_BYTES:])

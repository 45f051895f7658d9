"""A display as a CSV table, with what the file says of itself as comments above."""

from __future__ import annotations

import csv
import io
import re

from displays import Display
from export.provenance import missing, numbers, provenance

SIGNED_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run text that begins like this."""


def comma_separated(display: Display) -> bytes:
    """The bytes of the CSV file, in UTF-8 with a byte-order mark so that spreadsheets read it as such."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for what, text in provenance(display):
        writer.writerow([f"# {what}: {' '.join(text.split())}"])
    frame = numbers(display)
    writer.writerow(frame.columns)
    writer.writerows([_cell(value) for value in row] for row in frame.itertuples(index=False))
    return out.getvalue().encode("utf-8-sig")


def _cell(value):
    if missing(value):
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) and not SIGNED_NUMBER.fullmatch(value) else value
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value

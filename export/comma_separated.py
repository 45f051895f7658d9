"""A display as a CSV table, with what the file says of itself as comments above."""

from __future__ import annotations

import re

from displays import Display
from export.provenance import missing, numbers, provenance

SIGNED_NUMBER = re.compile(r"\s*[+-]?[0-9][0-9.,]*\s*")
RUN = re.compile(
    "[\t\r\n]|[\\s\x00-\x1f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff'\"`´‘’“”„«»]*[=+@＝＋－＠-]"
)
"""How text begins that a spreadsheet would run: with a sign, of either width, whatever it does not show before it."""
QUOTED = re.compile(r'[,;"\t\r\n]|^\s|\s$')
"""What a field in quotes holds: all that separates fields somewhere, the semicolon of other languages too."""
NOTHING = '""'
"""A line of one empty field: an empty line would be none."""


def comma_separated(display: Display) -> bytes:
    """The bytes of the CSV file, in UTF-8 with a byte-order mark so that spreadsheets read it as such."""
    frame = numbers(display)
    told = [[f"# {what}: {' '.join(text.split())}"] for what, text in provenance(display)]
    lines = [*told, list(frame.columns), *frame.itertuples(index=False)]
    return "".join(f"{','.join(map(_field, line)) or NOTHING}\r\n" for line in lines).encode("utf-8-sig")


def _field(value) -> str:
    """A value as it stands in the file."""
    text = _text(value)
    return '"{}"'.format(text.replace('"', '""')) if QUOTED.search(text) else text


def _text(value) -> str:
    if missing(value):
        return ""
    if isinstance(value, str):
        return f"'{value}" if RUN.match(value) and not SIGNED_NUMBER.fullmatch(value) else value
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)

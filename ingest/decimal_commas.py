"""Decimal commas, as spreadsheets of many countries write them into files whose values are parted by semicolons."""

from __future__ import annotations

import re

from pandas import DataFrame, Series

from ingest.delivery import IngestError
from ingest.source import COLUMNS

NUMERIC = {name for columns in COLUMNS.values() for name, kind in columns if kind == "number"}
NUMERIC |= {"AVAL", "BASE", "CHG", "PCHG", "ANRLO", "ANRHI", "AGE", "BRTHWT", "TRT01AN", "TRT01PN", "AVISITN"}
RESULT = re.compile(r"..(ORRES|STRESC|ORNRLO|ORNRHI|DOSTXT)$")
"""Results as text: a number in them is one too, but they do not decide how the file writes numbers."""
COMMA = r"\s*[<>]?=?\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*"
POINT = r"\s*[<>]?=?\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*"
THOUSANDS = r"\s*[+-]?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d*)?\s*"


def with_points(frame: DataFrame, file: str) -> tuple[DataFrame, list[str]]:
    """The frame with decimal points, and the columns changed; IngestError where the columns disagree."""
    numeric = [name for name in frame.columns if name.upper() in NUMERIC]
    results = [name for name in frame.columns if RESULT.fullmatch(name.upper())]
    deciding = next((named for named in (numeric, results) if _with(frame, named, COMMA)), [])
    if not deciding or (deciding is results and (_with(frame, numeric, POINT) or _with(frame, results, POINT))):
        return frame, []
    _refuse_doubtful(frame, deciding, file)
    changed = _with(frame, numeric, COMMA)
    changed += [] if _with(frame, results, POINT) else _with(frame, results, COMMA)
    return frame.assign(**{name: _pointed(frame[name]) for name in changed}), changed


def _with(frame: DataFrame, names: list[str], pattern: str) -> list[str]:
    return [name for name in names if frame[name].str.fullmatch(pattern).any()]


def _refuse_doubtful(frame: DataFrame, names: list[str], file: str) -> None:
    commas, points = _with(frame, names, COMMA), _with(frame, names, POINT)
    if points:
        raise IngestError(
            f"{file} writes numbers with decimal commas ({', '.join(commas)}) and with decimal points "
            f"({', '.join(points)}); write all of them with points."
        )
    values = [value.strip() for name in commas for value in frame.loc[frame[name].str.fullmatch(COMMA), name]]
    grouped = _with(frame, names, r"\s*[+-]?\d{1,3}(?:[.,]\d{3}){2,}(?:[.,]\d*)?\s*")
    if grouped or all(re.fullmatch(THOUSANDS, value) and not value.lstrip("+-").startswith("0") for value in values):
        raise IngestError(
            f"{file}: the commas in {', '.join(grouped or commas)} may be decimal commas or part thousands "
            f"({values[0] if not grouped else 'as in 1.234.567'}); write numbers with decimal points and without marks "
            "between thousands."
        )


def _pointed(values: Series) -> Series:
    return values.where(~values.str.fullmatch(COMMA), values.str.replace(",", ".", regex=False))

"""The periods after the infusions that a death lies in."""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present
from displays.words import counted, first_of, sentence

WITHIN = {
    "LAST30FL": "within 30 days of the last infusion",
    "FIRST30FL": "within 30 days of the first",
    "FIRST60FL": "within 60 days of the first",
}
"""On treatment, and early deaths: each its own label, and none follows from another."""


def early(row) -> str:
    """ "In the DLT window; within 30 days of the last infusion; within 30 days of the first; within 60 …": the periods
    after the infusions that a death lies in, and those of which its date does not tell."""
    if not present(row.TRTSDT):
        return "Not treated"
    found = ["in the DLT window"] if row.WINFL == "Y" else []
    found += [words for flag, words in WITHIN.items() if getattr(row, flag) == "Y"]
    found += [f"not known whether {words}" for flag, words in WITHIN.items() if not present(getattr(row, flag))]
    return sentence("; ".join(found or ["later than 60 days after the first infusion"]))[:-1]


def early_deaths(dead: DataFrame) -> str:
    """ "Of 9 deaths 3 within 30 days of the last infusion (…), …": by name, with how many are not known."""
    parts = []
    for flag, words in WITHIN.items():
        inside, unknown = dead[dead[flag] == "Y"], int(dead[flag].isna().sum())
        parts.append(f"{len(inside) or 'none'} {words}{_names(inside)}" + (f", {unknown} not known" if unknown else ""))
    return f"of {counted(len(dead), 'death')}: {'; '.join(parts)}" if len(dead) else ""


def _names(rows: DataFrame) -> str:
    return f" ({first_of(list(rows['SUBJID']))})" if len(rows) else ""

"""The subjects behind a mark or a cell: who they are and how each fared, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from displays.groups import everybody, present
from displays.words import exactly
from queries import View
from queries.frames import rows_of


@dataclass(frozen=True)
class Person:
    """One subject as a list names it: identifier, number, what is known in a few words, whether it was treated."""

    usubjid: str
    subjid: str
    words: str
    treated: bool


def people(view: View, usubjids: Iterable[str]) -> tuple[Person, ...]:
    """The subjects (USUBJID) that the cut holds, worst first: dead, with a DLT, by worst grade, by lowest LVEF."""
    rows = everybody(view).ask("people", people=sorted(set(usubjids)))
    return tuple(Person(row.USUBJID, row.SUBJID, " · ".join(_words(row)), row.SAFFL == "Y") for row in rows_of(rows))


def _words(row) -> list[str]:
    words = [
        row.TRTA if present(row.TRTA) else "",
        row.DISEASE if present(row.DISEASE) else "",
        "died" if row.DTHFL == "Y" else "",
        row.DLTSTAT if present(row.DLTSTAT) and row.DLTSTAT != "No DLT" else "",
        f"worst grade {int(row.WORSTGR)}" if present(row.WORSTGR) else "",
        f"lowest LVEF {exactly(row.LVEFLOW)} %" if present(row.LVEFLOW) else "",
        row.BEST if present(row.BEST) else "",
    ]
    return [word for word in words if word]

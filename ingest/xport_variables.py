"""What the header of a SAS transport file says of its variables, and whether that can be true.

A variable is described by its type (1: number, 2: text), length, name and place in the row. Readers take the places for
granted: a damaged header, or a file whose rows are stored in another order, loads with values under wrong names.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from dataclasses import dataclass

from ingest.delivery import IngestError

AGAIN = "ask for the file again, transferred as binary"
NUMBER, TEXT = 1, 2
NUMBER_BYTES = range(2, 9)


@dataclass(frozen=True)
class Variable:
    """One variable: name, type, length in bytes, place in the row, and the name of its SAS format."""

    name: str
    kind: int
    length: int
    place: int
    format: str

    @property
    def text(self) -> bool:
        """Whether it holds text."""
        return self.kind == TEXT


def described(content: bytes, start: int, end: int, number: int, version: int, file: str) -> tuple[Variable, ...]:
    """The variables in the order of the header; IngestError where the header cannot be true."""
    size = _description_bytes(content)
    if start + number * size > end:
        raise IngestError(f"{file} is cut short: {number} variables are announced and not all described; {AGAIN}.")
    parts = (content[start + i * size : start + (i + 1) * size] for i in range(number))
    variables = tuple(_variable(part, version) for part in parts)
    for place, variable in enumerate(variables, 1):
        _refuse_impossible(variable, place, file)
    _refuse_twice(variables, file)
    _refuse_overlap(variables, file)
    return variables


def _description_bytes(content: bytes) -> int:
    member = re.search(rb"HEADER RECORD\*{7}MEMB(?:ER  |V8  )HEADER RECORD!{7}.{26}(\d{4})", content, re.DOTALL)
    return max(int(member[1]), 88) if member else 140


def _variable(part: bytes, version: int) -> Variable:
    kind, _, length, _ = struct.unpack_from(">hhhh", part)
    (place,) = struct.unpack_from(">i", part, 84)
    long_name = part[88:120].strip(b" \0") if version == 8 else b""
    name = (long_name or part[8:16].rstrip(b" \0")).decode("latin-1")
    return Variable(name, kind, length, place, part[56:64].decode("latin-1").strip(" \0"))


def _refuse_impossible(variable: Variable, place: int, file: str) -> None:
    name = variable.name
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name):
        raise IngestError(f"{file} is damaged: its variable {place} is called {name!r}, which is no name; {AGAIN}.")
    if variable.kind not in (NUMBER, TEXT):
        raise IngestError(
            f"{file} is damaged: its variable {name} is neither text nor number (type {variable.kind}); {AGAIN}."
        )
    if variable.length <= 0 or (variable.kind == NUMBER and variable.length not in NUMBER_BYTES):
        raise IngestError(
            f"{file} is damaged: its variable {name} has the impossible length {variable.length}; {AGAIN}."
        )


def _refuse_twice(variables: tuple[Variable, ...], file: str) -> None:
    twice = [name for name, count in Counter(v.name.upper() for v in variables).items() if count > 1]
    if twice:
        raise IngestError(f"{file}: the column {twice[0]} is there twice; name every column once.")


def _refuse_overlap(variables: tuple[Variable, ...], file: str) -> None:
    """In the order of their places the variables follow each other without a gap."""
    at = 0
    for variable in stored_order(variables):
        if variable.place != at:
            raise IngestError(
                f"{file} is damaged: its variable {variable.name} begins at byte {variable.place} of a row, "
                f"where the lengths before it give {at}; {AGAIN}."
            )
        at += variable.length


def stored_order(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The variables as they follow each other in a row."""
    return tuple(sorted(variables, key=lambda variable: variable.place))

"""The colours of the states of a stopping rule, and the heading of its figure."""

from __future__ import annotations

from textwrap import wrap

from displays.display import plain
from displays.drawing import house
from displays.stopping.state import MET, NEAR, NOT_MET, UNKNOWN

COLOURS = {MET: house.ALERT, NEAR: house.WAITING, NOT_MET: house.STATUS["No DLT"], UNKNOWN: house.MUTED}
NAME_CHARACTERS = 32


def heading(name: str, state: str) -> list[str]:
    """The rule's name in lines that fit a narrow screen, its state in its colour at the end."""
    lines = [f"<b>{plain(part)}</b>" for part in wrap(name, NAME_CHARACTERS)]
    return [*lines[:-1], f'{lines[-1]}: <span style="color:{COLOURS[state]}"><b>{state}</b></span>']

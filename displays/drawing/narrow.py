"""Words of a figure in lines that a phone is wide enough for, which a sheet may join again."""

from __future__ import annotations

from textwrap import wrap

SOFT = "<br />"
"""Ends a line for the width of a phone alone: what is wider joins it with the next one."""
HARD = "<br>"
"""Ends a line everywhere."""
WHOLE = "whole labels"
"""Where a figure (layout.meta) says of labels that are cut for a screen how they read whole: cut → whole."""


def narrow(text: str, letters: int) -> str:
    """The text in lines of at most so many letters; a line ends at a SOFT."""
    return SOFT.join(wrap(text, letters))


def lines_of(texts: list[str]) -> int:
    """How many lines texts below one another have on a phone."""
    return sum(1 + text.count(SOFT) for text in texts)

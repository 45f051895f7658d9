"""Whether a cut holds a subject, and what the displays of one subject say of themselves."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, day, plain
from displays.since import since
from queries import View

ALONE = "One subject; the filters do not apply."
NOT_HERE = "is not in this data cut."


def known(view: View, subject: str) -> bool:
    """Whether the present cut holds the subject."""
    return not view.ask("subject_header", usubjid=subject).empty


def unknown(view: View, name: str, title: str, subject: str) -> Display:
    """The display of a subject that the present cut does not hold."""
    return blank(view, name, title, f"{plain(subject)} {NOT_HERE}", population="No records.")


def earlier(before: DataFrame | None) -> DataFrame | None:
    """The rows to compare with: none of a subject of whom the previous cut had none, so that not every row is new."""
    return None if before is None or before.empty else before


def news(view: View, before: DataFrame | None, words: str) -> str:
    """What is new of a subject since the previous cut, in words; that all of it is, where that cut had nothing."""
    if before is not None and before.empty and view.previous_date is not None:
        return f"New since {day(view.previous_date)}."
    return since(view, words)

"""Whether a cut holds a subject, and what the displays of one subject say of themselves."""

from __future__ import annotations

from displays.display import Display, blank, plain
from queries import View

ALONE = "One subject; the filters do not apply."
NOT_HERE = "is not in this data cut."


def known(view: View, subject: str) -> bool:
    """Whether the present cut holds the subject."""
    return not view.ask("subject_header", usubjid=subject).empty


def unknown(view: View, name: str, title: str, subject: str) -> Display:
    """The display of a subject that the present cut does not hold."""
    return blank(view, name, title, f"{plain(subject)} {NOT_HERE}", population="No records.")

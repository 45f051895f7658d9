"""Packs that are ready to be made: one for each kind of meeting."""

from __future__ import annotations

from displays.catalogue import PAGES
from displays.display import Audience
from displays.pages import Page
from export.pack import Item, Pack, PackError

FIRST = ("summary", "conduct", "dose", "heart")
"""The pages with which a board's book begins; the others follow in the order of the navigation."""
DECISION = (
    "decision",
    "alarms",
    "ladder",
    "findings_that_decide",
    "dlt_by_dose",
    "every_dlt",
    "not_dlt_by_dose",
    "deaths",
    "next_outcomes",
    "stopping_overview",
)
"""What a board needs to say whether the next subject is dosed, and how: on few slides. Everybody
with a DLT, pending, not evaluable or dead is named in them, and what the board recommended last; every subject by dose,
every event that is not a DLT, and the rule's reasons in full, are in the closed session."""


def preset(name: str, subject: str = "") -> Pack:
    """The pack of a name in PRESETS; subject (USUBJID): of whom the one-subject pack is. PackError for another."""
    if name not in PRESETS:
        raise PackError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    if (name == "subject") != bool(subject):
        raise PackError(
            "The preset “subject” needs a subject's ID." if not subject else f"{name!r} is of all subjects."
        )
    return PRESETS[name](subject)


def _book(session: Audience, title: str) -> Pack:
    """Everything that a session sees, in the order of a board's book."""
    items = tuple(Item(name) for page in in_book_order() for name in _of_page(page, session))
    return Pack(title, session, items)


def in_book_order() -> list[Page]:
    """The pages in the order of a board's book."""
    first = [page for key in FIRST for page in PAGES if page.key == key]
    return [*first, *(page for page in PAGES if page not in first)]


def _of_page(page: Page, session: Audience) -> list[str]:
    """The displays of a page that are of the trial as a whole."""
    entries = [entry for section in page.seen_in(session) for entry in section.displays]
    return [entry.function.__name__ for entry in entries if not entry.arguments]


def _of_key(key: str) -> list[str]:
    return next(_of_page(page, "closed") for page in PAGES if page.key == key)


def _subject(subject: str) -> Pack:
    page = next(page for page in PAGES if page.key == "subjects")
    names = [entry.function.__name__ for entry in page.displays]
    return Pack("One subject", "closed", tuple(Item(name, subject=subject) for name in names))


PRESETS = {
    "open": lambda _: _book("open", "Open session"),
    "closed": lambda _: _book("closed", "Closed session"),
    "decision": lambda _: Pack("Dose decision", "closed", tuple(map(Item, DECISION))),
    "hearts": lambda _: Pack("Hearts", "closed", tuple(map(Item, _of_key("heart")))),
    "subject": _subject,
}
"""Name → what makes the pack."""

"""Text, subjects and places as HTML: everything escaped, links that say as data where they lead.

A subject's link carries data-subject, that of a place data-page and data-section; the frame attaches what a click does.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from displays import Display
from displays.catalogue import PAGES
from displays.summary.who import Who, together
from displays.words import listed
from pages.parts.shown import linked, on_screen

MOST_NAMED = 12
"""So many subjects of a line are drawn; the display's table has all."""


def who_html(who: Who) -> str:
    """A subject as a link; a supposed one leads nowhere."""
    if who.usubjid.startswith("HYPOTHETICAL-"):
        return on_screen(who.subjid)
    return f'<a class="who" href="#" data-subject="{html.escape(who.usubjid)}">{on_screen(who.subjid)}</a>'


def people_html(people: Sequence[Who], most: int = MOST_NAMED) -> str:
    """ "101-003 37 % · 101-001 and 105-002 46 % · 3 more", each a link; what is new is marked."""
    groups = [_group(group) for group in together(people[:most])]
    return " · ".join(groups + [f"{len(people) - most} more"] * (len(people) > most))


def _group(group: list[Who]) -> str:
    words, since = group[0].words, group[0].since
    names = listed([who_html(who) for who in group])
    return f"{names}{f' {on_screen(words)}' if words else ''}{new_mark(since)}"


def new_mark(words: str) -> str:
    """What is new or changed since the previous cut, the only thing that is orange."""
    return f' <b class="s-new">{on_screen(words)}</b>' if words else ""


def to_html(name: str, words: str = "") -> str:
    """The link to the place of a display, by the catalogue: "Heart › Over time"; "" where it has none."""
    for page in PAGES:
        for section in page.sections:
            if name in (entry.function.__name__ for entry in section.displays):
                return _link(page.key, section.key, words or " › ".join(filter(None, (page.title, section.title))))
    return on_screen(words)


def _link(page: str, section: str, words: str) -> str:
    address = f"{page}?section={section}" if section else page
    return (
        f'<a class="to" href="{html.escape(address)}" data-page="{html.escape(page)}" '
        f'data-section="{html.escape(section)}">{on_screen(words)}</a>'
    )


def block_html(made: Display, kind: str, inside: str, subjects: dict[str, str], beside: str = "") -> str:
    """A part of the screen with its heading; without numbers the sentences that say why. beside: after the heading."""
    body = inside if made.collected else f"<p>{linked(' '.join(made.sentences), subjects)}</p>"
    supposed = f'<span class="supposed">{on_screen(made.hypothetical)}</span>' if made.hypothetical else ""
    heading = f'<div class="s-head"><h2 id="s-{kind}">{on_screen(made.title)}</h2>{beside}{supposed}</div>'
    inner = f'<div class="s-{kind}">{heading}{body}</div>'
    return f'<section class="finding" id="d-{made.name}" aria-labelledby="s-{kind}">{inner}</section>'

"""The displays of a pack, made of a data cut: what every format of the pack is written from."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from displays import Display
from displays.conduct.recommendations import kept_recommendations
from displays.display import data_line, marks_of
from displays.pages import Choice
from displays.titles import TITLES
from export.known import refuse_unknown
from export.pack import UNTITLED, Item, Pack, PackError, Place, checked
from export.since import Since
from queries import View

LOG = logging.getLogger("safety")
FAILED = "This display could not be made; the others are not affected."
Progress = Callable[[str], None]


def silent(_line: str) -> None:
    """Progress that nobody reads."""


@dataclass(frozen=True)
class Part:
    """One display of a pack in its place.

    display: None where it could not be made, and why then says the error. choices: what was chosen of it, in words,
    where that is not what stands there at first. alike: whether another of the pack begins with the same sentence.
    """

    item: Item
    display: Display | None
    choices: str = ""
    why: str = ""
    alike: bool = False

    @property
    def place(self) -> Place:
        return self.item.place

    @property
    def name(self) -> str:
        return self.item.display

    @property
    def title(self) -> str:
        title = self.display.title if self.display else self.name.replace("_", " ").capitalize()
        return f"{title} ({self.choices})" if self.choices else title

    @property
    def finding(self) -> str:
        """The first sentence of the finding, which heads the display; after its title where others begin alike."""
        first = self.display.sentences[0] if self.display and self.display.sentences else FAILED
        return f"{self.title}: {first}" if self.alike else first

    @property
    def more(self) -> str:
        """The other sentences of the finding."""
        return " ".join(self.display.sentences[1:]) if self.display else ""


@dataclass(frozen=True)
class Book:
    """A pack made of a cut and the one that it is compared with.

    since: what changed since an earlier pack, where one was named. dashboard: the address of the dashboard that shows
    the displays, "https://safety.example.org", to which a file leads; empty where it is not known. whole: with cover,
    contents, SQL and form; else its displays and their definitions alone."""

    pack: Pack
    view: View
    parts: tuple[Part, ...]
    since: Since | None = None
    dashboard: str = ""
    whole: bool = True

    @property
    def synthetic(self) -> bool:
        return self.view.trial.synthetic

    @property
    def study(self) -> str:
        return self.view.trial.short_title or self.view.cut.study

    @property
    def title(self) -> str:
        return self.pack.title.strip() or UNTITLED

    @property
    def session(self) -> str:
        return f"{self.pack.session.capitalize()} session"

    @property
    def data_line(self) -> str:
        """Which data these are, and what they are compared with."""
        return data_line(self.view.cut.date, self.view.previous_date, marks_of(self.view))

    @property
    def marks(self) -> str:
        """What stands on every page: trial, synthetic, data, session."""
        synthetic = "Synthetic data" if self.synthetic else ""
        return " · ".join(filter(None, (self.study, synthetic, self.data_line, self.session)))

    @property
    def of_whom(self) -> str:
        """The one subject that every display is of, or what the filters of the pack leave."""
        subjects = {part.item.subject for part in self.parts}
        return f"{subjects.pop()} alone" if len(subjects) == 1 and "" not in subjects else self.view.filters.words()

    @property
    def recommended(self) -> str:
        """What the board recommended last, and when; "" in an open session and where nothing is kept."""
        return next(iter(self.recommendations), "")

    @property
    def recommendations(self) -> list[str]:
        """All that the board recommended before, the latest first; [] in an open session and where nothing is kept."""
        return kept_recommendations(self.view) if self.pack.session == "closed" else []

    def cover(self, prepared: datetime, by: str) -> list[tuple[str, str]]:
        """What the cover says of the pack, each with its name; nothing of what is not known."""
        cut, previous = self.view.cut.date, self.view.previous_date
        rows = [
            ("Data as of", f"{cut.day} {cut:%B %Y}"),
            ("Compared with", f"the data as of {previous.day} {previous:%B %Y}" if previous else "no earlier data cut"),
            ("Session", self.session),
            ("Subjects", self.of_whom),
            ("Displays", str(len(self.parts))),
            ("The board last recommended", self.recommended),
            ("Prepared", f"{prepared.day} {prepared:%B %Y, %H:%M} UTC"),
            ("Prepared by", by),
        ]
        return [row for row in rows if row[1]]

    @property
    def failed(self) -> dict[str, str]:
        """The names of the displays that could not be made, each with its error."""
        return {part.name: part.why for part in self.parts if part.display is None}


def make(pack: Pack, view: View, progress: Progress = silent, dashboard: str = "") -> Book:
    """Every display of a pack; one that fails does not stop the others.

    view: the cut and the one compared with; its filters are those of the pack. dashboard: its address. PackError where
    the session may not see a display, where something is supposed, or where the cut has no such choice, subject or
    value of a filter.
    """
    if view.cut.hypothetical:
        raise PackError(f"{view.cut.hypothetical}. What is supposed is never written to a file.")
    parts = []
    refuse_unknown(checked(pack), view.cut)
    for number, item in enumerate(pack.items, 1):
        progress(f"{number} of {len(pack.items)}: {TITLES[item.display]}")
        parts.append(_part(pack, item, view))
    filtered = replace(view, filters=pack.filters_of(Item("")))
    return Book(pack, filtered, told_apart(parts), dashboard=dashboard)


def told_apart(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, those marked that begin with the sentence of another one."""
    own = [replace(part, alike=False) for part in parts]
    number = Counter(part.finding for part in own)
    return tuple(replace(part, alike=number[part.finding] > 1) for part in own)


def _part(pack: Pack, item: Item, view: View) -> Part:
    seen = view.pooled() if pack.session == "open" else replace(view, filters=pack.filters_of(item))
    given = _subject(item)
    chosen, words = _chosen(item, seen)
    try:
        made = item.place.entry.function(seen, **given, **chosen)
    except Exception as error:
        LOG.exception("display %s failed", item.display)
        return Part(item, None, why=f"{type(error).__name__}: {error}")
    if pack.session == "open" and made.audience != "open":
        raise PackError(f"An open session may not show {item.display}; leave it out.")
    if made.hypothetical:
        raise PackError(f"{item.display}: {made.hypothetical}. What is supposed is never written to a file.")
    return Part(item, made, words)


def _subject(item: Item) -> dict:
    """The argument that names the subject, where the display takes one."""
    arguments = item.place.entry.arguments
    if "subject" in arguments:
        if not item.subject:
            raise PackError(f"The display {item.display} is of one subject; name the subject.")
        return {"subject": item.subject}
    if item.subject:
        raise PackError(f"The display {item.display} is of all subjects, not of one.")
    if needed := [name for name in arguments if name != "lanes"]:
        raise PackError(f"The display {item.display} needs a {needed[0]} and cannot be in a pack.")
    return {}


def _chosen(item: Item, view: View) -> tuple[dict[str, str | tuple[str, ...]], str]:
    """What is chosen of each choice that the data leave, as the dashboard does, and in words what of it the pack names.

    PackError for what the cut does not have."""
    chosen: dict[str, str | tuple[str, ...]] = {}
    said = []
    for choice in item.place.entry.choices:
        earlier = choice.earlier(chosen)
        options = {} if earlier is None else dict(choice.of(view, **earlier))
        wanted = item.chosen.get(choice.argument)
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted or ())
        if unknown := [value for value in values if value not in options]:
            raise PackError(
                f"{TITLES[item.display]}: {unknown[0]!r} is none of the choices of this data cut ({choice.title})."
            )
        if options:
            chosen[choice.argument] = _value(choice, values, options)
            said += [options[value] for value in values if value != next(iter(options))]
    return chosen, ", ".join(said)


def _value(choice: Choice, values: tuple[str, ...], options: dict[str, str]) -> str | tuple[str, ...]:
    """What the display takes: what the pack names of a choice, else what is chosen at first."""
    if not values:
        return choice.first(tuple(options.items()))
    return values if choice.several else values[0]

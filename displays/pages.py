"""What a page of the dashboard is: its sections, and in each the displays and how they are drawn."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from displays.display import Audience, Display
from queries import View

Options = tuple[tuple[str, str], ...]
"""What can be chosen: the value that a display takes and the words for it, the first one at first."""


@dataclass(frozen=True)
class Choice:
    """One thing that the reader chooses of a display: the argument of its function, and what it can be.

    title: what is chosen, e.g. "Events". options: Options, or what gives them for a view where the data decide
    (a function in a module, never a lambda, since its name keys what is kept).
    after: the arguments of earlier choices on which these options depend; the function of the options takes them too.
    several: any number of them may be chosen, none at first; the display takes a tuple.
    """

    argument: str
    title: str
    options: Options | Callable[..., Options]
    after: tuple[str, ...] = ()
    several: bool = False

    def of(self, view: View, **earlier: str) -> Options:
        """What can be chosen in this view, after what was chosen before; empty where the data leave nothing."""
        return self.options(view, **earlier) if callable(self.options) else self.options

    def earlier(self, chosen: Mapping[str, str | tuple[str, ...]]) -> dict | None:
        """What was chosen of the choices on which this one depends; None where one of them leaves nothing to choose."""
        if not all(name in chosen for name in self.after):
            return None
        return {name: chosen[name] for name in self.after}

    def first(self, options: Options) -> str | tuple[str, ...]:
        """What is chosen at first."""
        return () if self.several else options[0][0]


@dataclass(frozen=True)
class Entry:
    """One display in its place.

    tiles: it is drawn as number tiles, not as a chart or a table; its table has the columns MEASURE, NOW, DENOM,
    SINCE, PREVIOUS and NOTE.
    in_words: the finding is what matters; chart and table stand under Details.
    leads: the key of the page that has more of it; a link to it is drawn under the display.
    choices: what the reader chooses of it, above it; the function has a default for each.
    """

    function: Callable[..., Display]
    tiles: bool = False
    in_words: bool = False
    leads: str = ""
    choices: tuple[Choice, ...] = ()

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """What the display is of, besides the view: ("subject",), ("subject", "lanes"), ("method",) or nothing.

        What the reader chooses of the display itself is none of it.
        """
        chosen = {choice.argument for choice in self.choices}
        return tuple(name for name in list(inspect.signature(self.function).parameters)[1:] if name not in chosen)


@dataclass(frozen=True)
class Section:
    """A part of a page that is drawn by itself; without key and title where it is the whole page.

    audience: who may see its displays. one_screen: its displays are drawn together, as the Summary is.
    """

    key: str
    title: str
    audience: Audience
    displays: tuple[Entry, ...]
    one_screen: bool = False


@dataclass(frozen=True)
class Page:
    """One page. lead: the question that it answers. answers: what the README's table says of it.

    more: it stands in the last group of the navigation.
    """

    key: str
    title: str
    lead: str
    answers: str
    sections: tuple[Section, ...]
    more: bool = False

    @property
    def audience(self) -> Audience:
        """An open session sees the page if it may see any of its sections."""
        return "open" if self.seen_in("open") else "closed"

    @property
    def sessions(self) -> str:
        """Which session shows it, as the README's table says it."""
        in_part = 0 < len(self.seen_in("open")) < len(self.sections)
        return "open in part" if in_part else self.audience

    def seen_in(self, session: Audience) -> tuple[Section, ...]:
        """The sections that a session shows: an open one its own, a closed one all."""
        return tuple(part for part in self.sections if session == "closed" or part.audience == "open")

    @property
    def path(self) -> str:
        """The page's file, from the root of the project."""
        return f"pages/{self.audience}/{self.key}.py"

    @property
    def displays(self) -> tuple[Entry, ...]:
        """The displays of all its sections, in order."""
        return tuple(entry for part in self.sections for entry in part.displays)


def section(key: str, title: str, *displays: Entry | Callable[..., Display], audience: Audience = "closed") -> Section:
    """A section of displays, each drawn as a chart or a table unless it says otherwise."""
    entries = tuple(shown if isinstance(shown, Entry) else Entry(shown) for shown in displays)
    return Section(key, title, audience, entries)


def open_section(key: str, title: str, *displays: Entry | Callable[..., Display]) -> Section:
    """A section that an open session may see too."""
    return section(key, title, *displays, audience="open")


def one_screen(key: str, title: str, *displays: Callable[..., Display]) -> Section:
    """A section whose displays are drawn together, on one screen."""
    return replace(section(key, title, *displays), one_screen=True)


def whole(*displays: Entry | Callable[..., Display]) -> tuple[Section, ...]:
    """The only section of a page that has no sections."""
    return (section("", "", *displays),)


def leading(function: Callable[..., Display], key: str) -> Entry:
    """A display under which a link leads to the page that has more of it."""
    return Entry(function, leads=key)


def choosing(function: Callable[..., Display], *choices: Choice) -> Entry:
    """A display of which the reader chooses something."""
    return Entry(function, choices=choices)


def in_words(function: Callable[..., Display]) -> Entry:
    """A display of which the page shows the finding; its chart and table stand under Details."""
    return Entry(function, in_words=True)


def tiles(function: Callable[..., Display]) -> Entry:
    """A display that is drawn as number tiles."""
    return Entry(function, tiles=True)

"""A display as the browser gets it, made once for all readers: a run of a page only hands it over."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from displays import Display
from displays.drawing.finished import Finished
from displays.pages import Entry
from export.names import name_of_display
from pages.parts.table import Rows, screen_table
from queries.frames import rows_of


@dataclass(frozen=True)
class Shown:
    """The parts of a display in the order in which they are drawn; texts are HTML.

    file: the name of its files without their ending. link: "Copy link".
    rows, brief: the table with all its columns, and in those that stand where the table itself is the display.
    behind: the subjects behind marks and cells, as the display has them.
    chart, tiles: what is drawn in place of the table; the table then stands under Details.
    """

    name: str
    title: str
    file: str
    link: str
    heading: str
    collected: bool
    public: bool
    hypothetical: bool
    alt: str
    rows: Rows
    brief: Rows
    chart: Finished | None
    tiles: str
    population: str
    details: str
    questions: tuple[str, ...]
    behind: dict[str, tuple[str, ...]]


def preparing(entry: Entry) -> Callable[[Display, dict[str, str]], Shown]:
    """What makes a display of the catalogue ready for the screen."""
    return shown_as_tiles if entry.tiles else shown


def shown(made: Display, subjects: dict[str, str]) -> Shown:
    """A display as a chart, or as a table where it has none. subjects: number → USUBJID of those that may be named."""
    return shown_with(made, subjects, tiles="")


def shown_as_tiles(made: Display, subjects: dict[str, str]) -> Shown:
    """A display whose table is rows of MEASURE, NOW, DENOM, SINCE, PREVIOUS, NOTE as number tiles."""
    return shown_with(made, subjects, tiles=_tiles(made))


def shown_with(made: Display, subjects: dict[str, str], tiles: str) -> Shown:
    """A display with what is drawn in place of its chart or table, as HTML; "" for none."""
    rows = screen_table(made)
    return Shown(
        name=made.name,
        title=made.title,
        link=f'<a class="copy" href="#d-{made.name}">Copy link<span class="own"> {html.escape(made.title)}</span></a>',
        file=name_of_display(made),
        heading=_heading(made, subjects),
        collected=made.collected,
        public=made.audience == "open",
        hypothetical=bool(made.hypothetical),
        alt=made.alt,
        rows=rows,
        brief=screen_table(made, brief=True) if made.brief else rows,
        chart=None if made.figure is None or tiles else Finished(made.figure),
        tiles=tiles,
        population=f'<p class="population">{linked(made.population, subjects)}</p>' if made.population else "",
        details=_details(made),
        questions=tuple(question.text() for question in made.questions),
        behind={} if made.audience == "open" else made.behind,
    )


def on_screen(text: str) -> str:
    """Escaped for the page; a percentage is never apart from its sign at the end of a line."""
    return html.escape(re.sub(r"(?<=[0-9]) %", "\u00a0%", text))


def linked(text: str, subjects: dict[str, str]) -> str:
    """Text for the page in which the number of each subject leads to that subject.

    A number of digits alone could be a count or a year: it stays plain.
    """

    def link(found: re.Match) -> str:
        usubjid = subjects.get(found[0])
        if usubjid is None or found[0].isdigit():
            return found[0]
        return f'<a class="who" href="#" data-subject="{html.escape(usubjid)}">{found[0]}</a>'

    return re.sub(r"\w[\w.-]*\w", link, on_screen(text)) if subjects else on_screen(text)


def as_text(text: str) -> str:
    """Text that Streamlit would read as Markdown, as text: a delivered term could hold a link.

    ASCII punctuation alone: before any other sign Markdown shows the backslash.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _heading(made: Display, subjects: dict[str, str]) -> str:
    supposed = f'<span class="supposed">{on_screen(made.hypothetical)}</span>' if made.hypothetical else ""
    first, *more = now_and_then(made) if made.actual else made.sentences or (made.finding,)
    rest = f'<p class="more">{linked(" ".join(more), subjects)}</p>' if more else ""
    title = f"<h2>{on_screen(made.title)}</h2>"
    named = f'<p class="first">{linked(first, subjects)}</p>'
    return f'<section class="finding" id="d-{made.name}">{supposed}{title}{named}{rest}</section>'


def now_and_then(made: Display) -> list[str]:
    """Each sentence of the actual data with what it becomes: "now → then"; one that stays as it is alone."""
    pairs = zip_longest(made.actual, made.sentences, fillvalue="–")
    return [now if now == then else f"Now: {now} → Then: {then}" for now, then in pairs]


def _details(made: Display) -> str:
    """As text, never as Markdown: a site's name or a trial definition could hold a link."""
    told = {"Definition": made.method, "Source": made.source, "Data": f"{made.data_line}. Filters: {made.filters}."}
    return "".join(f"<p class='told'><b>{what}.</b> {on_screen(text)}</p>" for what, text in told.items() if text)


def _tiles(made: Display) -> str:
    if not made.collected:
        return ""
    return '<div class="tiles">' + "".join(_tile(row) for row in rows_of(made.table)) + "</div>"


def _tile(row) -> str:
    since = f"was {row.PREVIOUS}" if row.SINCE == "changed" else row.SINCE
    changed = f'<span class="change">{on_screen(since)}</span>' if since else ""
    lines = "".join(f"<small>{on_screen(str(text))}</small>" for text in (row.DENOM, row.NOTE) if text)
    return (
        f'<div class="tile"><label>{on_screen(row.MEASURE)}</label>'
        f"<strong>{on_screen(str(row.NOW))}</strong>{changed}{lines}</div>"
    )

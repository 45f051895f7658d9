"""What stands in the middle of a display's slides: charts, a picture, or a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import plotly.graph_objects as go
from pptx.slide import Slide

from displays import Display
from export.browser import images_available
from export.deck.axes import Crowded, Refused
from export.deck.chart_sheet import chart_sheet
from export.deck.chart_xml import chart_xml
from export.deck.drawing_xml import drawn_words
from export.deck.frame import Deck
from export.deck.geometry import EDGE, WITHIN
from export.deck.laid import charts
from export.deck.legends import legend_of
from export.deck.pictures import picture
from export.deck.shapes_xml import Box, Run
from export.deck.tables import Piece, Split, grid_of, split, table_xml
from export.deck.text import SMALLEST, height, kept, largest
from export.fitted import broken, fitted, narrower

MOST_SLIDES, MOST_OF_SUBJECTS = 4, 16
"""A table that needs more slides goes on in the workbook of the pack; one that names whom the board asks about has more
of them."""
OF_SUBJECTS = (
    "serious_listing",
    "deaths",
    "every_dlt",
    "judged_not_dlt",
    "interest_course",
    "exposure_by_subject",
    "findings_that_decide",
)
"""Those tables."""
SAID_SIZES = (20, 18, 16, SMALLEST)
MORE_TITLE = 32.0
"""Points by which a title grows that says "continued"."""
APART = "     "
"""Between two entries of a legend."""
GAP = 8.0
HALF = (WITHIN - 16) / 2
"""Points that a figure is wide beside another one."""
LARGER = (1, 1.15, 1.3, 1.6, 2)
"""A figure that the room of a slide would cut through is laid out for one so much larger, and made as much smaller."""
CROWDED = 1.3
"""A figure that is higher than its room by more has the room of the words below it too."""
IN_WORDS = "Its chart and table are in the dashboard, its numbers in the workbook of the pack."
NO_BROWSER = "The picture needs Chromium or Chrome on the machine that made this deck; its numbers are in the table."


@dataclass(frozen=True)
class Body:
    """The middle of one slide, of so many points of height.

    charts: each with its place (left, top); images: PNG, one or two beside each other; said: sentences that are the
    display; remark: what is to be said of it; words: those of the display that stand below it; counted: how many rows
    of a table are on its slides, where that is not all.
    """

    high: float
    charts: tuple = ()
    legend: tuple[tuple[str, str, str], ...] = ()
    images: tuple[bytes, ...] = ()
    table: Piece | None = None
    said: str = ""
    remark: str = ""
    words: str = ""
    counted: str = ""


def bodies(made: Display, below: str, room: float) -> list[Body]:
    """The middles of a display's slides; below: the words that one with a chart has below, if there is room for them.

    room: the points between the words under the title and the footer. A table takes what it needs of it.
    """
    if made.figure is None:
        return _tables(made, "", room)
    # a figure without traces is words in boxes: the table says the same, and can be edited
    if not made.figure.data and len(tables := _tables(made, "", room)) == 1:
        return tables
    try:
        return _charted(made, below, room)
    except Refused:
        return _pictures(made, below, room) if images_available() else _tables(made, NO_BROWSER, room)


def in_words(made: Display, below: str, room: float) -> list[Body]:
    """The middle of a display whose finding is what matters: its other sentences, as large as there is room."""
    return [Body(room_above(room, IN_WORDS, below), said=" ".join(made.sentences[1:]), remark=IN_WORDS, words=below)]


def _charted(made: Display, below: str, room: float) -> list[Body]:
    """The figure as charts that can be edited: whole, else part by part. Refused where PowerPoint has no such chart."""
    for words in _tried(made.figure, below, room):
        try:
            return [replace(_native(made.figure, room_above(room, words)), words=words)]
        except Crowded:
            continue
    parts = fitted(made, WITHIN, room)
    if len(parts) > 1:
        room -= MORE_TITLE
        parts = fitted(made, WITHIN, room)
    if broken(parts):
        raise Refused("more than the slide has room for")
    return [_native(part, room) for part in parts]


def _native(figure: go.Figure, high: float) -> Body:
    legend = tuple(legend_of(figure))
    return Body(high, tuple(charts(figure, WITHIN, high - legend_height(legend))), legend)


def _pictures(made: Display, below: str, room: float) -> list[Body]:
    """The figure as pictures, on as few slides as there can be; words below stand where there is room for them."""
    lower = _on_slides(made, room_above(room, below))
    whole = _on_slides(made, room) if below and len(lower) > 1 else lower
    parts = min(lower, whole, key=lambda ways: (any(map(broken, ways)), len(ways)))
    high = [min(max(_points(one, part) for one in part), room - MORE_TITLE * (at > 0)) for at, part in enumerate(parts)]
    found = [Body(tall, images=tuple(map(picture, part))) for tall, part in zip(high, parts, strict=True)]
    roomy = [place for place, one in enumerate(found) if one.high <= room_above(room, below) - MORE_TITLE * (place > 0)]
    return [replace(one, words=below) if place in roomy[:1] else one for place, one in enumerate(found)]


def _on_slides(made: Display, high: float) -> list[tuple[go.Figure, ...]]:
    """The figure for slides of so many points: a row of its parts as wide as the slide, or two beside each other."""
    wide = _unbroken(made, high)
    if len(wide) == 1:
        return wide
    if len(halves := narrower(made, HALF, high)) == 2:
        return [halves]
    wide = _unbroken(made, high - MORE_TITLE)
    halves = narrower(made, HALF, high - MORE_TITLE)
    beside = [halves[at : at + 2] for at in range(0, len(halves), 2)]
    return beside if 0 < len(beside) < len(wide) else wide


def _unbroken(made: Display, high: float) -> list[tuple[go.Figure, ...]]:
    """The parts of the figure one a slide; laid out for a larger box, and its letters smaller, where one needs that."""
    for larger in LARGER:
        parts = fitted(made, round(WITHIN * larger), round(high * larger))
        if not broken(parts):
            break
    return [(part,) for part in parts]


def _points(figure: go.Figure, beside: tuple[go.Figure, ...]) -> float:
    """How high a figure is on its slide, where it is as wide as its place there."""
    return figure.layout.height * min((HALF if len(beside) > 1 else WITHIN) / figure.layout.width, 1.0)


def legend_height(legend: tuple[tuple[str, str, str], ...]) -> float:
    """The points that the legend of several charts takes."""
    words = APART.join(f"{sign} {name}" for sign, _, name in legend)
    return height(words, SMALLEST, WITHIN) + 4 if legend else 0.0


def _tried(figure: go.Figure, below: str, room: float) -> tuple[str, ...]:
    """The words below a chart that are tried: all, unless it is too high for that; else none."""
    high = figure.layout.height or 420
    return ("",) if high > CROWDED * room_above(room, below) else (below, "")


def room_above(room: float, *words: str) -> float:
    """The points that a slide has for its middle above words of these."""
    told = [height(one, SMALLEST, WITHIN) for one in words if one]
    return room - (sum(told) + GAP if told else 0.0)


def _tables(made: Display, remark: str, room: float) -> list[Body]:
    """The table split over slides; room is kept for what is to be said of it, which its split decides."""
    grid, said = grid_of(made), remark
    if not grid.rows:
        return [Body(room, remark=remark)]
    most = MOST_OF_SUBJECTS if made.name in OF_SUBJECTS else MOST_SLIDES
    for _ in range(3):
        found = split(grid, WITHIN, room_above(room, said), room_above(room - MORE_TITLE, said), most)
        told = " ".join(filter(None, [remark, *_left_out(found, len(grid.rows))]))
        if told == said:
            break
        said = told
    last = len(found.pieces) - 1
    counted = f"{len(grid.rows) - found.left} of {len(grid.rows)} rows" if found.left else ""
    shown = [
        Body(room - MORE_TITLE * (place > 0), table=piece, remark=said if place in (0, last) else "")
        for place, piece in enumerate(found.pieces)
    ]
    return [*shown[:-1], replace(shown[-1], counted=counted)]


def _left_out(found: Split, rows: int) -> list[str]:
    """What of a table is not on the slides, and where it is."""
    said = []
    if found.left:
        said.append(f"{rows - found.left} of {rows} rows are shown; all are in the workbook of the pack.")
    if found.dropped:
        names = ", ".join(found.dropped)
        said.append(f"In the workbook alone: {names}.")
    return said


def put(deck: Deck, slide: Slide, body: Body, top: float, made: Display, prepared: datetime) -> None:
    """Put a body on its slide, so many points from its upper edge."""
    if body.legend:
        line = [run for sign, colour, words in body.legend for run in _entry(sign, colour, words)]
        deck.text(slide, "Legend", Box(EDGE, top, WITHIN, legend_height(body.legend)), [line])
        top += legend_height(body.legend)
    for chart, left, down in body.charts:
        drawn = (chart_xml(chart), drawn_words(chart), chart_sheet(chart, made, prepared))
        box = Box(EDGE + left, top + down, chart.width, chart.height)
        deck.chart(slide, box, drawn, made.title, made.alt)
    wide = HALF if len(body.images) > 1 else WITHIN
    for place, image in enumerate(body.images):
        deck.picture(slide, Box(EDGE + place * (WITHIN - HALF), top, wide, body.high), image, made.alt)
    if body.said:
        size = largest(body.said, SAID_SIZES, WITHIN, body.high)
        deck.text(slide, "Finding", Box(EDGE, top + GAP, WITHIN, body.high), [[Run(kept(body.said), size)]])
    if body.table is not None:
        box = Box(EDGE, top, sum(body.table.widths), sum(body.table.heights))
        deck.table(slide, box, table_xml(body.table), made.title, made.alt)


def _entry(sign: str, colour: str, words: str) -> list[Run]:
    return [Run(f"{sign} ", bold=True, colour=colour), Run(f"{words}{APART}")]

"""A display as 16:9 sheets: its finding as title, the chart or the table, one line of provenance; last the method."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from displays import Display
from displays.drawing.house import MUTED
from export.drawn import TEXT, Drawn
from export.fitted import laid_out
from export.lettering import LINE, width, wrapped
from export.slip import EDGE, HEIGHT, INNER, Slip, Words, drawn_slip, with_heading
from export.tabled import table_slips

ABOVE, TITLE, SMALLER, MOST_LINES = 14, 20, 16, 3
"""Points above the title, of the finding, of a finding that is longer than so many lines."""
BODY_GAP = 10
FOOT = HEIGHT - 30
"""Where the last line begins."""
COLUMN_GAP, MANY = 32, 99
MOST_NOTES, MORE = 4, "These notes are longer: the CSV and XLSX files have the whole of them."
SHORTENED, SHORTEST = "…", 4
"""What the last line has no room for is shortened to so many letters; it is in full with the notes."""


def sheets(display: Display, title: str = "", note: str = "") -> tuple[go.Figure, ...]:
    """The display as sheets of 960 × 540 points, no text under 14.

    title: instead of the display's own, as where choices are named in it; note: a sentence of whoever shows it. What
    was left out of a long table says its last sheet. A display without chart and table is one sheet with its notes.
    """
    named = replace(display, title=title) if title else display
    heading = _heading(named, "")
    top = max(words.bottom for words in heading) + BODY_GAP
    bodies: list[Drawn | Slip] = [*laid_out(named, INNER, FOOT - BODY_GAP - top)]
    bodies = bodies or [*table_slips(named, top, FOOT - BODY_GAP)]
    foot = _foot(named, MANY, MANY).lines[0]
    notes = _notes(named, note, foot, top, FOOT - BODY_GAP)
    if not bodies and not notes:
        notes = [Slip()]
    number = len(bodies) + len(notes)
    found = [
        _sheet(body, [*_heading(named, _which(body, place)), _foot(named, place, number)], top)
        for place, body in enumerate(bodies, 1)
    ]
    after = [*_heading(named, "method and notes" if bodies else "")]
    found += [
        _sheet(body, [*after, _foot(named, place, number)], top) for place, body in enumerate(notes, len(bodies) + 1)
    ]
    return tuple(found)


def _which(body: Drawn | Slip, place: int) -> str:
    """Which part of the whole a sheet shows."""
    said = body.part if isinstance(body, Slip) else ""
    return said or ("continued" if place > 1 else "")


def _sheet(body: Drawn | Slip, heading: list[Words], top: float) -> go.Figure:
    return drawn_slip(body, heading) if isinstance(body, Slip) else with_heading(body, heading, top)


def _heading(display: Display, part: str) -> list[Words]:
    """The display's title, small, and under it the first sentence of its finding."""
    first = finding_of(display)
    title = f"{display.title} ({part})" if part else display.title
    small = Words(tuple(wrapped(title, INNER, TEXT)), EDGE, ABOVE, colour=MUTED)
    lines, size = wrapped(first, INNER, TITLE, bold=True), TITLE
    if len(lines) > MOST_LINES:
        lines, size = wrapped(first, INNER, SMALLER, bold=True), SMALLER
    return [small, Words(tuple(lines), EDGE, small.bottom + 2, size, bold=True)]


def finding_of(display: Display) -> str:
    """The sentence that heads every sheet of a display."""
    return display.sentences[0] if display.sentences else display.finding


def title_line(display: Display) -> str:
    """The first line of it as it is drawn."""
    return _heading(display, "")[1].lines[0]


def _foot(display: Display, place: int, number: int) -> Words:
    """The one last line; what is too long for it is in full on the last sheet."""
    study, filters = display.study, display.filters.removesuffix(" (no filter)")
    while True:
        text = " · ".join(filter(None, (*_origin(display, study, filters), f"sheet {place} of {number}")))
        if width(text, TEXT) <= INNER or max(len(study), len(filters)) <= SHORTEST:
            return Words((text,), EDGE, FOOT, colour=MUTED)
        if len(filters) >= len(study):
            filters = _shorter(filters)
        else:
            study = _shorter(study)


def _origin(display: Display, study: str, filters: str) -> tuple[str, ...]:
    """What says of which data a sheet is."""
    synthetic = "Synthetic data" if display.synthetic else ""
    return study, synthetic, display.data_line, f"{display.audience.capitalize()} session", filters


def _shorter(text: str) -> str:
    return text.removesuffix(SHORTENED)[:-1].rstrip() + SHORTENED


def _notes(display: Display, note: str, foot: str, top: float, bottom: float) -> list[Slip]:
    """The other sentences of the finding, of whom, by which method, from which data: in two columns."""
    told = [
        ("Note", note),
        ("Finding, continued", " ".join(display.sentences[1:])),
        ("Population", display.population),
        ("Method", display.method),
        ("Source", display.source),
        # of which data it is says the last line, as far as it has room
        ("Data", display.study if SHORTENED in foot else ""),
        ("Filters", display.filters if SHORTENED in foot else ""),
    ]
    return _columns([(what, text) for what, text in told if text], top, bottom - TEXT * LINE)


def _columns(told: list[tuple[str, str]], top: float, bottom: float) -> list[Slip]:
    """Headings and texts, line by line down the columns of as many sheets as they need."""
    wide, line = (INNER - COLUMN_GAP) / 2, TEXT * LINE
    places = (EDGE, EDGE + wide + COLUMN_GAP)
    slips, column, y = [Slip()], 0, top
    for what, text in told:
        lines = [(what, True), *((each, False) for each in wrapped(text, wide, TEXT))]
        for number, (words, bold) in enumerate(lines):
            # a heading is not the last line of a column
            if y + line * (2 if number == 0 else 1) > bottom:
                column, y = column + 1, top
                slips += [Slip()] if column % 2 == 0 else []
            slips[-1].words.append(Words((words,), places[column % 2], y, bold=bold))
            y += line
        y += line / 2
    if len(slips) > MOST_NOTES:
        slips = slips[:MOST_NOTES]
        slips[-1].words.append(Words((MORE,), EDGE, bottom, bold=True))
    return slips if told else []

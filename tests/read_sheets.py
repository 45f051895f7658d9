"""Sheets read back: where what stands on them, or in a drawing of one, is not what the tables and figures hold."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from xml.etree import ElementTree as Xml

import plotly.graph_objects as go
from measured import marks_of, words_of
from read_back import rows_in_words, squeezed

from displays import Display
from displays.words import brief_columns, full_heading
from export.drawn import TEXT

SVG_TEXT = "{http://www.w3.org/2000/svg}text"
CUT_OFF = re.compile(r"The first ([\d,]+) of [\d,]+ rows; every row and column is in the CSV and XLSX files\.")


def wrong_in_sheets(made: Display, drawn: tuple[go.Figure, ...]) -> list[str]:
    """The sheets of a display beside its table, or beside the marks and words of its figure."""
    if made.figure is None:
        return wrong_in_table(made, drawn)
    marks = marks_of(made.figure) - set().union(*map(marks_of, drawn))
    words = Counter(texts_of(made.figure)).keys() - set().union(*map(texts_of, drawn))
    return [f"{made.name}: not on its sheets: {sorted(map(str, lost))[:5]}" for lost in (marks, words) if lost]


def wrong_in_table(made: Display, drawn: tuple[go.Figure, ...]) -> list[str]:
    """Each column, from its heading on each sheet down, is the cells of the table; rows left out are counted."""
    columns, cut = [columns_of(sheet) for sheet in drawn], CUT_OFF.search(" ".join(map(words_of, drawn)))
    rows = rows_in_words(made)[: int(cut[1].replace(",", "")) if cut else None]
    found = []
    for name, cells in zip(brief_columns(made), zip(*rows, strict=True), strict=bool(rows)):
        heading, left, seen = squeezed(full_heading(made, name)), squeezed("".join(cells)), False
        for sheet in columns:
            for text in sheet:
                own = text.removeprefix(heading)
                if text.startswith(heading) and left.startswith(own):
                    left, seen = left.removeprefix(own), True
                    break
        if left and (seen or not cut):  # a table that is cut off has its first columns alone
            found.append(f"{made.name}, {name}: {left[:60]!r} is not on its sheets")
    return found


def columns_of(sheet: go.Figure) -> list[str]:
    """What stands below each other on a sheet of words in the size and colour of a table's cells."""
    found: dict[tuple, str] = defaultdict(str)
    for trace in sheet.select_traces(dict(mode="text")):
        if trace.textfont.size == TEXT:
            for x, text in zip(trace.x, trace.text, strict=True):
                found[x, trace.textposition, trace.textfont.color] += plain(text)
    return [CUT_OFF_SQUEEZED.sub("", text) for text in found.values()]


CUT_OFF_SQUEEZED = re.compile(CUT_OFF.pattern.replace(" ", ""))


def texts_of(figure: go.Figure) -> Counter[str]:
    """The texts that a figure shows beside its marks, on its bars, as notes and as labels of rows."""
    told = [note.text for note in figure.layout.annotations]
    for trace in figure.data:
        on_bars = trace.type == "bar" and trace.textposition != "none"
        if trace.text is not None and (on_bars or "text" in (getattr(trace, "mode", None) or "")):
            told += [trace.text] if isinstance(trace.text, str) else list(trace.text)
    return Counter(filter(None, (plain(text) for text in told if isinstance(text, str))))


def plain(text: str) -> str:
    return squeezed(html.unescape(re.sub("</?[a-z][^>]*>", "", text)))


def wrong_in_drawing(sheet: go.Figure, svg: bytes) -> list[str]:
    """The texts of a sheet that its SVG does not hold as often."""
    drawn = Counter(squeezed("".join(one.itertext())) for one in Xml.fromstring(svg).iter(SVG_TEXT))
    return sorted((texts_of(sheet) - drawn).elements())

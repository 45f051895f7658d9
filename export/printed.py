"""A display as one printed sheet: title and finding above, the figure or the table, its provenance beneath."""

from __future__ import annotations

import re
import textwrap
from itertools import accumulate
from math import ceil

import plotly.graph_objects as go

from displays import Display
from displays.display import plain
from displays.drawing.house import INK, MUTED, RULE, figure
from displays.words import brief_columns, cell, full_heading

WIDTH = 1100
MARGIN = 40
LINE = {"title": 30, "finding": 23, "foot": 17}
LETTERS = {"title": 82, "finding": 125, "foot": 165}
SIZES = {"title": 22, "finding": 16, "foot": 12}
ROWS_PRINTED, MOST_PIXELS = 60, 5000
ROOM = {12: 150, 10: 180}
"""Size of a table's letters → how many of them a line across the sheet holds."""
PADDING, LONGEST_LINE, SHORT = 3, 46, 13
"""A text of up to SHORT letters ("7 (100 %)", "130 mg/m²/day") stays on one line while there is room."""
LETTER, AXIS_TITLE, AXIS_GAP = 7.2, 26, 14
LEGEND_MARK, LEGEND_ROW = 46, 20
"""Pixels: of a letter, an axis's title, the gap beside its labels; of a legend's mark and of its rows."""


def printed(display: Display) -> go.Figure:
    """The display as a figure 1100 px wide (11 inches) that says in itself what it shows."""
    body = go.Figure(display.figure) if display.figure is not None else _table(display)
    head = _wrapped(display.title, "title") + _wrapped(display.finding, "finding")
    foot = [line for text in _foot(display) for line in _wrapped(text, "foot")]
    above = 24 + sum(LINE[kind] for kind, _ in head) + 14
    beneath = 22 + sum(LINE[kind] for kind, _ in foot) + 10
    margin, height = body.layout.margin, body.layout.height or 360
    left, right = max(margin.l or 70, _labels_pixels(body), MARGIN), max(margin.r or MARGIN, 24)
    legend = max(_legend_pixels(body, left + right) - (margin.t or 28), 0)
    top, bottom = above + legend + (margin.t or 28), beneath + (margin.b or 56)
    # a margin that grew with the labels would take the words of the sheet with it
    body.update_yaxes(automargin=False)
    body.update_layout(
        width=WIDTH,
        height=height + above + legend + beneath,
        margin=dict(t=top, b=bottom, l=left, r=right),
    )
    _write(body, head, from_top=24)
    _write(body, foot, from_top=body.layout.height - beneath + 22)
    return body


def _labels_pixels(body: go.Figure) -> int:
    """How wide the labels of the vertical axes are, with the title beside them."""
    widest = 0
    for axis in body.select_yaxes():
        lines = [re.sub("<[^>]*>", "", line) for text in axis.ticktext or () for line in str(text).split("<br>")]
        if lines and axis.visible is not False and axis.side != "right":
            title = AXIS_TITLE if axis.title.text else 0
            widest = max(widest, round(max(map(len, lines)) * LETTER) + AXIS_GAP + title)
    return widest


def _legend_pixels(body: go.Figure, margins: int) -> int:
    """How high the legend stands above the plot, with as many rows as a sheet of this width needs for it."""
    entries = [trace for trace in body.data if trace.name and getattr(trace, "showlegend", None) is not False]
    names = [trace.name for trace in entries if trace.type != "table"]
    if not names or body.layout.showlegend is False:
        return 0
    legend = body.layout.legend
    each = max(map(len, names)) * LETTER + LEGEND_MARK
    rows = ceil(len(names) / max(int((WIDTH - margins) / each), 1))
    below = (body.layout.height or 360) - (body.layout.margin.t or 28) - (body.layout.margin.b or 56)
    y = 1.02 if legend.y is None else legend.y
    return round(max(y - 1, 0) * below + rows * LEGEND_ROW) + 8 if y >= 1 else 0


def _foot(display: Display) -> list[str]:
    marks = [
        display.study,
        "Synthetic data" if display.synthetic else "",
        display.data_line,
        f"{display.audience.title()} session",
    ]
    texts = [display.population, " · ".join(mark for mark in marks if mark), f"Filters: {display.filters}"]
    return [text for text in [*texts, display.method, f"Source: {display.source}" if display.source else ""] if text]


def _wrapped(text: str, kind: str) -> list[tuple[str, str]]:
    return [(kind, line) for line in textwrap.wrap(text, LETTERS[kind])]


def _write(body: go.Figure, lines: list[tuple[str, str]], from_top: float) -> None:
    """Write lines at a distance in pixels from the sheet's upper edge, whatever the plot's own size."""
    margin = body.layout.margin
    plot_height = body.layout.height - margin.t - margin.b
    plot_width = WIDTH - margin.l - margin.r
    for kind, text in lines:
        body.add_annotation(
            text=f"<b>{plain(text)}</b>" if kind == "title" else plain(text),
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="top",
            showarrow=False,
            align="left",
            x=-(margin.l - MARGIN) / plot_width,
            y=1 + (margin.t - from_top) / plot_height,
            font=dict(size=SIZES[kind], color=MUTED if kind == "foot" else INK),
        )
        from_top += LINE[kind]


def _widths(columns: list[list[str]]) -> tuple[list[int], int]:
    """Letters per column, each as wide as its longest word, the rest of the sheet to those with more to say;
    and the size of the letters."""
    need = _needed(columns, SHORT)
    if sum(need) > max(ROOM.values()):
        need = _needed(columns, 0)
    wish = [
        max(min(max(map(len, texts), default=0), LONGEST_LINE) + PADDING - least, 0)
        for texts, least in zip(columns, need, strict=True)
    ]
    size = next((size for size, room in ROOM.items() if sum(need) <= room), min(ROOM))
    spare = max(ROOM[size] - sum(need), 0) / (sum(wish) or 1)
    return [int(least + spare * more) for least, more in zip(need, wish, strict=True)], size


def _rows_that_fit(lines: list[int], size: int) -> int:
    """How many rows, of so many lines each, one sheet holds: an image has an end."""
    heights = accumulate(_row_pixels(number, size) for number in lines)
    return max(sum(height <= MOST_PIXELS for height in heights), 1)


def _row_pixels(lines: float, size: int) -> float:
    return max(26, 1.35 * size * lines + 14)


def _needed(columns: list[list[str]], short: int) -> list[int]:
    """Letters that each column needs: for its longest word, and for a whole text of up to so many letters."""
    parts = [[part for text in texts for part in ([text] if len(text) <= short else text.split())] for texts in columns]
    return [max(map(len, column), default=1) + PADDING for column in parts]


def _table(display: Display) -> go.Figure:
    """The table as a figure; what does not fit on the sheet is counted beneath."""
    columns = brief_columns(display)
    frame = display.table[columns].head(ROWS_PRINTED)
    texts = [[cell(value, display.formats.get(column)) for value in frame[column]] for column in columns]
    if display.level:
        texts[0] = [
            "– " * int(level) + text for text, level in zip(texts[0], display.table[display.level], strict=False)
        ]
    headings = [full_heading(display, column) for column in columns]
    letters, size = _widths([[heading, *cells] for heading, cells in zip(headings, texts, strict=True)])
    cells = [
        ["<br>".join(textwrap.wrap(plain(text), width - PADDING, break_long_words=False)) for text in column]
        for column, width in zip(texts, letters, strict=True)
    ]
    heads = [
        "<br>".join(textwrap.wrap(plain(heading), width - PADDING, break_long_words=False))
        for heading, width in zip(headings, letters, strict=True)
    ]
    lines = [max((column[row].count("<br>") + 1 for column in cells), default=1) for row in range(len(frame))]
    lines = lines[: _rows_that_fit(lines, size)]
    cells = [column[: len(lines)] for column in cells]
    left_out = len(display.table) - len(lines)
    head_lines = max((head.count("<br>") + 1 for head in heads), default=1)
    height = 30 + sum(_row_pixels(number, size) for number in (head_lines * 1.1, *lines))
    drawn = go.Table(
        columnwidth=letters,
        header=dict(
            values=[f"<b>{head}</b>" for head in heads],
            align="left",
            fill_color="#eef2f5",
            line_color=RULE,
            font=dict(size=size + 1, color=INK),
        ),
        cells=dict(
            values=cells,
            align="left",
            fill_color="#ffffff",
            line_color=RULE,
            font=dict(size=size, color=INK),
            height=26,
        ),
    )
    body = figure(drawn, height=max(height, 120), margin=dict(l=MARGIN, r=MARGIN, t=6, b=6))
    if left_out:
        body.add_annotation(
            text=f"and {left_out} more rows: see the CSV or XLSX file",
            xref="paper",
            yref="paper",
            x=0,
            y=0,
            yanchor="top",
            showarrow=False,
        )
    return body

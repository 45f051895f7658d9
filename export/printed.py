"""A display as one printed sheet: title and finding above, the figure or the table, its provenance beneath."""

from __future__ import annotations

import textwrap

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
ROWS_PRINTED = 60
ROOM = {12: 150, 10: 180}
"""Size of a table's letters → how many of them a line across the sheet holds."""
PADDING, LONGEST_LINE = 3, 46


def printed(display: Display) -> go.Figure:
    """The display as a figure 1100 px wide (11 inches) that says in itself what it shows."""
    body = go.Figure(display.figure) if display.figure is not None else _table(display)
    head = _wrapped(display.title, "title") + _wrapped(display.finding, "finding")
    foot = [line for text in _foot(display) for line in _wrapped(text, "foot")]
    above = 24 + sum(LINE[kind] for kind, _ in head) + 14
    beneath = 22 + sum(LINE[kind] for kind, _ in foot) + 10
    margin, height = body.layout.margin, body.layout.height or 360
    top, bottom = above + (margin.t or 28), beneath + (margin.b or 56)
    body.update_layout(
        width=WIDTH,
        height=height + above + beneath,
        margin=dict(t=top, b=bottom, l=max(margin.l or 70, MARGIN), r=max(margin.r or MARGIN, 24)),
    )
    _write(body, head, from_top=24)
    _write(body, foot, from_top=body.layout.height - beneath + 22)
    return body


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
    need = [max((len(word) for text in texts for word in text.split()), default=1) + PADDING for texts in columns]
    wish = [
        max(min(max(map(len, texts), default=0), LONGEST_LINE) + PADDING - least, 0)
        for texts, least in zip(columns, need, strict=True)
    ]
    size = next((size for size, room in ROOM.items() if sum(need) <= room), min(ROOM))
    spare = max(ROOM[size] - sum(need), 0) / (sum(wish) or 1)
    return [int(least + spare * more) for least, more in zip(need, wish, strict=True)], size


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
    left_out = len(display.table) - len(frame)
    head_lines = max((head.count("<br>") + 1 for head in heads), default=1)
    height = 30 + sum(max(26, 1.35 * size * number + 14) for number in (head_lines * 1.1, *lines))
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

"""The frame of a drawing: legend in rows above it, and margins as wide as the labels that stand in them."""

from __future__ import annotations

from math import ceil, floor, log10

from displays.drawing.narrow import WHOLE
from export.drawn import TEXT, Drawn, many, place_of
from export.lettering import LINE, lines_of, measured, wrapped

ROW = TEXT * LINE
TICK, TITLE = 9, 10
"""Points between an axis and its labels, and between those and its title."""
MARK, BETWEEN, LEGEND_ROW = 40, 5, 22
"""Points of a legend's mark, between its entries, and of its rows."""
LEAST, EDGE = 8, 16
AT_EDGE = 0.02
"""An axis that begins within this share of the width has its labels and title in the margin."""
WIDEST, TALLEST = 0.3, 0.55
"""The labels of rows take no more than this share of the width, the title of an axis beside them of the height; longer
ones are wrapped."""


def framed(drawn: Drawn, width: float, height: float) -> Drawn:
    """The drawing with its legend and margins for a box in points; its own height is what the caller sets."""
    drawn = drawn.copy()
    _wrap_labels(drawn, width * WIDEST)
    _wrap_titles(drawn, height * TALLEST)
    left, right = _left(drawn), _right(drawn)
    rows = _legend_rows(drawn, width - right - LEAST)
    above = _above(drawn)
    margin = {"l": left, "r": right, "t": 0, "b": _below(drawn), "pad": 0, "autoexpand": False}
    drawn.layout |= {"width": width, "margin": margin, "autosize": False}
    for name in (*drawn.names("x"), *drawn.names("y")):
        drawn.layout.setdefault(f"{name[0]}axis{name[1:]}", {})["automargin"] = False
    drawn.layout |= {"_legend": rows, "showlegend": bool(rows)}
    return _raised(drawn, above)


def lifted(drawn: Drawn, outstanding: float) -> Drawn:
    """The drawing with room above its plot for texts that stand out of it so far, under the notes above it."""
    for note in drawn.annotations:
        if _stands_above(note, 1):
            note["yshift"] = (note.get("yshift") or 0) + outstanding
    return _raised(drawn, max(_above(drawn), outstanding))


def _raised(drawn: Drawn, above: float) -> Drawn:
    """The drawing with room above its plot, of so many points and the legend."""
    rows = drawn.layout["_legend"]
    drawn.layout["_above"] = above
    drawn.layout["margin"]["t"] = above + len(rows) * LEGEND_ROW + (LEAST if rows else 0)
    return drawn


def set_height(drawn: Drawn, height: float) -> Drawn:
    """The drawing at a height, with its legend above the plot."""
    margin, rows, above = drawn.margin, drawn.layout.pop("_legend"), drawn.layout.pop("_above")
    drawn.layout["height"] = height
    inner_height = max(height - margin["t"] - margin["b"], 1)
    inner_width = drawn.layout["width"] - margin["l"] - margin["r"]
    given = drawn.layout.pop("legend", None) or {}
    for number, row in enumerate(rows):
        name = "legend" if number == 0 else f"legend{number + 1}"
        up = above + (len(rows) - 1 - number) * LEGEND_ROW
        drawn.layout[name] = {
            "orientation": "h",
            "x": -(margin["l"] - LEAST) / inner_width,
            "xanchor": "left",
            "y": 1 + (up + 1) / inner_height,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": given.get("font") or {},
            "bgcolor": "rgba(0,0,0,0)",
            "itemclick": False,
            "itemdoubleclick": False,
        }
        for trace in row:
            drawn.data[trace]["legend"] = name
    return drawn


def entries(drawn: Drawn) -> list[int]:
    """The traces that the legend names, by their place."""
    if drawn.layout.get("showlegend") is False:
        return []
    asked = drawn.layout.get("showlegend") or len(drawn.data) > 1
    return [
        number
        for number, trace in enumerate(drawn.data)
        if trace.get("name") and (trace.get("showlegend") or (asked and trace.get("showlegend") is not False))
    ]


def _legend_rows(drawn: Drawn, room: float) -> list[list[int]]:
    """The legend's entries in rows that fit."""
    rows: list[list[int]] = []
    used = 0.0
    for number in entries(drawn):
        wide = measured(drawn.data[number]["name"], TEXT)[0] + MARK + BETWEEN
        if not rows or used + wide > room:
            rows.append([])
            used = 0.0
        rows[-1].append(number)
        used += wide
    return rows


def _wrap_labels(drawn: Drawn, room: float) -> None:
    """Part the labels of rows that are too long into lines; those that a screen has no room for are told whole."""
    whole = (drawn.layout.get("meta") or {}).get(WHOLE, {})
    for name in drawn.names("y"):
        axis = drawn.axis(name)
        if axis.get("ticktext") and axis.get("visible") is not False:
            axis["ticktext"] = [wrapped_label(whole.get(str(text), str(text)), room) for text in axis["ticktext"]]


def _wrap_titles(drawn: Drawn, room: float) -> None:
    """Part the titles of vertical axes that are longer than a plot is high."""
    for name in drawn.names("y"):
        if title := title_of(drawn, name):
            told = drawn.axis(name)["title"]
            told = dict(told) if isinstance(told, dict) else {}
            drawn.axis(name)["title"] = told | {"text": wrapped_label(title, room)}


def wrapped_label(text: str, room: float) -> str:
    """A label in lines no wider than room; one with tags as it is."""
    if "<" in text or measured(text, TEXT)[0] <= room:
        return text
    return "<br>".join(wrapped(text, room, TEXT))


def labels(drawn: Drawn, name: str) -> list[str]:
    """The labels of an axis: its own, or such as Plotly would write."""
    axis = drawn.axis(name)
    if axis.get("visible") is False or axis.get("showticklabels") is False:
        return []
    if axis.get("ticktext") is not None:
        return [str(text) for text in axis["ticktext"]]
    if axis.get("type") == "category":
        return [str(value) for trace in drawn.data for value in many(trace.get(name[0])) if value is not None]
    low, high = sorted(drawn.span(name))
    if _dated(drawn, name):
        return ["Mmm<br>2000"]
    step = _step(high - low)
    form = axis.get("tickformat") or ""
    decimals = max(-floor(log10(step)), 0)
    ends = [low, high] if axis.get("type") != "log" else [10.0**low, 10.0**high]
    if "%" in form:
        return [f"{100 * end:.0f}%" for end in ends]
    if axis.get("type") == "log":
        return [f"{end:.3g}" for end in ends]
    return [f"{ceil(end / step) * step:,.{decimals}f}".replace("-", "−") for end in ends]


def _dated(drawn: Drawn, name: str) -> bool:
    told = drawn.axis(name)
    values = [value for trace in drawn.data for value in many(trace.get(name[0]))[:1]]
    return told.get("type") == "date" or any(
        not isinstance(value, int | float) and place_of(value, {}) == place_of(value, {}) for value in values if value
    )


def _step(span: float) -> float:
    """The distance of Plotly's ticks on an axis of some length."""
    rough = max(span, 1e-9) / 6
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _left(drawn: Drawn) -> float:
    """The room that labels and titles of the vertical axes at the left need, and notes that stand beside them."""
    needs = [float(drawn.margin["l"])] if not any(labels(drawn, name) for name in drawn.names("y")) else [EDGE]
    for name in drawn.names("y"):
        if drawn.domain(drawn.axis(name).get("anchor") or "x")[0] > AT_EDGE:
            continue
        texts = labels(drawn, name)
        title = title_of(drawn, name)
        wide = max((measured(text, TEXT)[0] for text in texts), default=0)
        needs.append(wide + TICK + (TITLE + ROW * len(lines_of(title)) if title else 0) + LEAST)
    beside = [note for note in drawn.annotations if note.get("xref") == "paper" and note.get("x") == 0]
    needs += [LEAST - note["xshift"] for note in beside if (note.get("xshift") or 0) < 0]
    return ceil(max(needs))


def _right(drawn: Drawn) -> float:
    """The room at the right: as designed, and half of the last label."""
    widest = max(
        (measured(labels(drawn, name)[-1], TEXT)[0] for name in drawn.names("x") if labels(drawn, name)), default=0
    )
    return ceil(max(drawn.margin["r"], EDGE, widest / 2 + 4))


def title_of(drawn: Drawn, name: str) -> str:
    title = drawn.axis(name).get("title")
    if drawn.axis(name).get("visible") is False or title is None:
        return ""
    return str((title.get("text") if isinstance(title, dict) else title) or "")


def axis_height(drawn: Drawn, name: str) -> float:
    """How high labels and title of a horizontal axis are."""
    texts, title = labels(drawn, name), title_of(drawn, name)
    angle = drawn.axis(name).get("tickangle")
    across = [measured(text, TEXT)[0] if angle in (90, -90) else measured(text, TEXT)[1] for text in texts]
    return (max(across) + TICK if across else 0) + (TITLE + ROW * len(lines_of(title)) if title else 0)


def _above(drawn: Drawn) -> float:
    """How far axes and notes reach above the plot."""
    axes = [axis_height(drawn, name) for name in drawn.names("x") if drawn.axis(name).get("side") == "top"]
    tops = {drawn.domain(name)[1] for name in drawn.names("y")}
    least = max(tops) + 2e-3 if len(tops) > 1 else 1  # words above the first of several panels are in its own room
    notes = [
        (note.get("yshift") or 0) + measured(note.get("text", ""), TEXT)[1] + 2 * (note.get("borderpad") or 1)
        for note in drawn.annotations
        if _stands_above(note, least)
    ]
    return ceil(max([*axes, *notes, 6]))


def _stands_above(note: dict, least: float) -> bool:
    """Whether a note stands on the upper edge of the plot, or of what is higher than this share."""
    of_the_paper = str(note.get("yref")).endswith(("paper", "domain"))
    return of_the_paper and note.get("y", 0) >= least and note.get("yanchor") == "bottom"


def _below(drawn: Drawn) -> float:
    """How far axes and notes reach below the plot."""
    axes = [axis_height(drawn, name) for name in drawn.names("x") if drawn.axis(name).get("side") != "top"]
    notes = [
        -(note.get("yshift") or 0) + measured(note.get("text", ""), TEXT)[1] + 2
        for note in drawn.annotations
        if note.get("yref") == "paper" and note.get("y", 1) <= 0 and note.get("yanchor") == "top"
    ]
    return ceil(max([*axes, *notes, 0]) + 6)

"""Axes of rows: which axes have rows, how near these may be to each other, and what heads them."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

from export.boxes import Plot
from export.drawn import TEXT, Drawn, many, place_of
from export.lettering import lines_of

NEAREST = 17.5
"""Points from one named row to the next, at least."""


def numbered(drawn: Drawn) -> Drawn:
    """The drawing with the rows of an axis of names as numbers that have the names as labels."""
    drawn = drawn.copy()
    for name in drawn.names("y"):
        axis = drawn.layout.setdefault(f"yaxis{name[1:]}", {})
        traces = [trace for trace in drawn.data if trace.get("yaxis", "y") == name]
        values = [value for trace in traces for value in many(trace.get("y")) if value is not None]
        named = axis.get("type") == "category" or (
            bool(values) and axis.get("type") is None and all(_a_name(value) for value in values)
        )
        if not named:
            continue
        given = axis.get("categoryarray") if axis.get("categoryorder") == "array" else None
        order = list(dict.fromkeys([*(given or []), *values]))
        words = dict(zip(axis.get("tickvals") or [], axis.get("ticktext") or [], strict=False))
        ends = [len(order) - 0.5, -0.5] if axis.get("autorange") == "reversed" else [-0.5, len(order) - 0.5]
        for key in ("categoryorder", "categoryarray", "autorange", "dtick", "tickmode"):
            axis.pop(key, None)
        axis |= {"type": "linear", "tickvals": list(range(len(order))), "range": ends}
        axis["ticktext"] = [str(words.get(value, value)) for value in order]
        for trace in traces:
            trace["y"] = [None if value is None else order.index(value) for value in many(trace.get("y"))]
    return drawn


def _a_name(value) -> bool:
    return isinstance(value, str) and not isfinite(place_of(value, {}))


def sliceable(drawn: Drawn) -> bool:
    """Whether the vertical axis is one of rows, which stand where the display puts them: it names them or is unseen."""
    axis = drawn.axis("y")
    if axis.get("type") == "log" or axis.get("range") is None:
        return False
    return axis.get("visible") is False or (axis.get("ticktext") is not None and not _a_scale(axis))


def _a_scale(axis: dict) -> bool:
    """Whether most labels of an axis say its own values, as 500 or 25 % do: then it has no rows."""
    pairs = list(zip(axis["tickvals"], axis["ticktext"], strict=False))
    own = [str(text).replace(" ", "") in (f"{value:g}", f"{value:,g}", f"{100 * value:g}%") for value, text in pairs]
    return sum(own) * 2 > len(pairs)


def squeezable(drawn: Drawn) -> bool:
    """Whether rows may come nearer to each other: nothing but their names and single lines stands at them."""
    notes = [note for note in drawn.annotations if (note.get("yref") or "y") == "y"]
    boxed = [shape for shape in drawn.shapes if (shape.get("yref") or "y") == "y" and shape.get("xref") != "paper"]
    several = any(len(lines_of(note.get("text", ""))) > 1 for note in notes)
    return drawn.axis("y").get("visible") is not False and not several and not boxed


def nearest_rows(drawn: Drawn) -> float:
    """The height of the plot at which the names of its rows just do not touch; 0 where they have none."""
    axis = drawn.axis("y")
    named = zip(axis.get("tickvals") or [], axis.get("ticktext") or axis.get("tickvals") or [], strict=False)
    rows = sorted(((at, len(lines_of(text))) for at, text in named)) if axis.get("visible") is not False else []
    needs = [
        NEAREST * (lines + others) / 2 / (after - before)
        for (before, lines), (after, others) in pairwise(rows)
        if after > before
    ]
    first, last = drawn.span("y")
    return abs(last - first) * max(needs) if needs else 0.0


def head_of(plot: Plot) -> float:
    """Where the rows begin: what stands above them, beside no row, is of all parts."""
    ticks = sorted(plot.down(value, "y") for value in plot.drawn.axis("y").get("tickvals") or [])
    if len(ticks) < 3 or plot.drawn.axis("y").get("visible") is False:
        return 0.0
    first = ticks[0] - (ticks[1] - ticks[0]) / 2
    above = [note for note in plot.drawn.annotations if note.get("yref", "y") == "y" and _above(plot, note, first)]
    return first if above else 0.0


def _above(plot: Plot, note: dict, first: float) -> bool:
    return note.get("xref", "x") != "paper" and plot.down(note["y"], "y") < first


def headings(plot: Plot) -> list[dict]:
    """The notes at the left that head rows: they stand at none of them."""
    rows = [plot.down(value, "y") for value in plot.drawn.axis("y").get("tickvals") or []]
    if not rows or plot.drawn.axis("y").get("visible") is False:
        return []
    return [
        note
        for note in plot.drawn.annotations
        if note.get("xref") == "paper"
        and note.get("x") == 0
        and (note.get("yref") or "y") == "y"
        and min(abs(plot.down(note["y"], "y") - row) for row in rows) > TEXT / 2
    ]

"""Panels of the same size in rows: where each lies on the sheet, and the words above it."""

from __future__ import annotations

from math import ceil

from displays.drawing import house


def placed(number: int, *, inner: int, across: int = 3, gap_pixels: int = 40) -> list[dict]:
    """Name and domains of each of several panels, up to `across` beside one another, from the top left on.

    inner: the height of all panels together, in pixels. left, lowest: whether a panel has no other beside or below it.
    """
    rows = ceil(number / across)
    columns = ceil(number / rows) if number else 1
    gap = gap_pixels / inner if rows > 1 else 0
    width, height = (1 - 0.03 * (columns - 1)) / columns, (1 - gap * (rows - 1)) / rows
    return [
        dict(
            name="" if place == 0 else str(place + 1),
            x=[place % columns * (width + 0.03), min(1.0, place % columns * (width + 0.03) + width)],
            y=[max(0.0, 1 - (place // columns) * (height + gap) - height), 1 - (place // columns) * (height + gap)],
            left=place % columns == 0,
            lowest=place + columns >= number,
        )
        for place in range(number)
    ]


def panel_heading(text: str, place: dict) -> dict:
    """Words (HTML) above a panel, at its left end."""
    return dict(
        text=text,
        x=place["x"][0],
        xref="paper",
        xanchor="left",
        y=place["y"][1],
        yref="paper",
        yanchor="bottom",
        yshift=3,
        showarrow=False,
    )


def panel_line(value: float, place: dict, *, dash: str = "dot") -> dict:
    """A thin line across one panel at a limit of its vertical axis."""
    line = dict(color=house.MUTED, width=1.2, dash=dash)
    across = dict(xref=f"x{place['name']} domain", x0=0, x1=1)
    return dict(type="line", yref=f"y{place['name']}", y0=value, y1=value, line=line, **across)


def across_words(text: str) -> dict:
    """The title of the horizontal axes, once for all panels: beside one another they have no room for it on a phone."""
    place = dict(x=0.5, xref="paper", xanchor="center", y=0, yref="paper", yanchor="top", yshift=-26)
    return dict(text=text, showarrow=False, **place)

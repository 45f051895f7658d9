"""A chart as PowerPoint draws it: series on one pair of axes, and words that stand at a place of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from export.deck.rich import Piece

Numbers = tuple[float | None, ...]


@dataclass(frozen=True)
class Line:
    """A line. width in points; dash as PowerPoint names it."""

    colour: str
    width: float = 1.0
    dash: str = "solid"


@dataclass(frozen=True)
class Mark:
    """A mark. fill, edge: "#rrggbb", empty for none; size: its diameter in points."""

    symbol: str
    size: int
    fill: str = ""
    edge: str = ""
    edge_width: float = 1.0


@dataclass(frozen=True)
class Bars:
    """Error bars along an axis ("x" or "y"): how far each reaches above and below its point."""

    axis: str
    plus: Numbers
    minus: Numbers
    line: Line


@dataclass(frozen=True)
class Series:
    """Points of one name. marks: one of each point, one for all, or none; words: at each point, beside it (places)."""

    name: str
    x: Numbers | tuple[str, ...]
    y: Numbers
    line: Line | None = None
    marks: tuple[Mark, ...] = ()
    bars: Bars | None = None
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    word_colour: str = ""
    fills: tuple[str, ...] = ()
    in_legend: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis. step: between two of its own labels, None where it has none; form: their number format.

    ticks: labels that stand elsewhere (value → words) and are written beside it.
    """

    low: float
    high: float
    title: str = ""
    step: float | None = None
    form: str = "General"
    ticks: tuple[tuple[float, str], ...] = ()
    reversed: bool = False
    log: bool = False
    grid: str = ""
    line: bool = True

    def share(self, value: float) -> float:
        """Where a value lies between the two ends, 0 at the low one as drawn."""
        low, high, at = (log10(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        found = (at - low) / ((high - low) or 1)
        return 1 - found if self.reversed else found


@dataclass(frozen=True)
class Words:
    """Words at a place of the chart: the box in points from its upper left corner."""

    lines: tuple[tuple[Piece, ...], ...]
    left: float
    top: float
    width: float
    height: float
    colour: str
    align: str = "left"
    paper: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart in a box of width × height points, the plot within it at left, top, right, bottom points from its edges.

    kind: "points", "columns" or "rows" (bars upright or lying); stacked: bars on one another.
    labels_below: so far under the plot reach the labels of the horizontal axis.
    """

    kind: str
    series: tuple[Series, ...]
    x: Axis
    y: Axis
    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    words: tuple[Words, ...] = ()
    categories: tuple[str, ...] = ()
    stacked: bool = False
    gap: float = 0.5
    legend_height: float = 0.0
    labels_below: float = 20.0

"""The lines and marks of concentration curves: solid between measured neighbours, dotted where it is not known how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pandas
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import who
from displays.groups import present
from displays.pharmacokinetics.concentrations import UNIT, amount, own
from displays.pharmacokinetics.reasons import LEFT_OUT
from displays.words import counted, exactly
from queries.frames import rows_of

LEAST_SUBJECTS = 3
"""So many subjects make a median."""
SYMBOLS = {"MEASURED": "circle", "BELOW": "triangle-down-open", "ABOVE": "triangle-up-open"}
LEFT_OUT_MARK = "x-thin-open"
THIN = "rgba(91,107,120,0.45)"


@dataclass
class Lines:
    """Line segments as Plotly takes them, with a gap after each: the solid ones and the dotted ones."""

    solid: tuple[list, list] = field(default_factory=lambda: ([], []))
    dotted: tuple[list, list] = field(default_factory=lambda: ([], []))

    def join(self, start, end, *, sure: bool) -> None:
        """A segment between two points (hour, height)."""
        x, y = self.solid if sure else self.dotted
        x += [start[0], end[0], None]
        y += [start[1], end[1], None]


def joined(rows: DataFrame, planned: set[float], *, hour: str, height: str, sure: Callable) -> Lines:
    """The segments between neighbouring rows that have a height; dotted where a planned time lies between two of them,
    or `sure` does not hold of both ends."""
    lines = Lines()
    drawn = [row for row in rows_of(rows.sort_values(hour)) if present(getattr(row, height))]
    for start, end in pairwise(drawn):
        between = any(_planned(start) + 0.01 < time < _planned(end) - 0.01 for time in planned)
        points = [(getattr(row, hour), getattr(row, height)) for row in (start, end)]
        lines.join(*points, sure=not between and sure(start) and sure(end))
    return lines


def _planned(row) -> float:
    return row.NRRLT if present(row.NRRLT) else row.HOUR


def subject_lines(rows: DataFrame, planned: set[float], **axes) -> list[go.Scatter]:
    """The lines of subjects, in two traces: solid and dotted."""
    found = [_subject_lines(line, planned) for _, line in rows.groupby("USUBJID", sort=False)]
    return [
        trace
        for dash in ("solid", "dot")
        if (trace := _trace(found, dash, dict(color=THIN, width=1, dash=dash), **axes)) is not None
    ]


def _subject_lines(rows: DataFrame, planned: set[float]) -> Lines:
    missing = set(rows.loc[rows["REASON"].notna(), "NRRLT"].dropna())
    return joined(own(rows), planned | missing, hour="HOUR", height="HEIGHT", sure=lambda row: row.STATE == "MEASURED")


def _trace(found: list[Lines], dash: str, line: dict, **axes) -> go.Scatter | None:
    parts = [lines.solid if dash == "solid" else lines.dotted for lines in found]
    x, y = ([value for part in parts for value in part[axis]] for axis in (0, 1))
    if not x:
        return None
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, meta=dash, **axes)


def subject_marks(rows: DataFrame, colours: dict[str, str], **axes) -> go.Scatter:
    """A mark for each result, filled by dose; open at the limit where it is a limit."""
    drawn = rows[rows["HEIGHT"].notna()]
    inside = drawn.index.isin(own(drawn).index)
    open_ = (drawn["STATE"] != "MEASURED") | ~inside
    return go.Scatter(
        x=drawn["HOUR"],
        y=drawn["HEIGHT"],
        mode="markers",
        marker=dict(
            size=[7 if marked else 5 for marked in open_],
            symbol=drawn["STATE"].map(SYMBOLS).where(inside, LEFT_OUT_MARK),
            color=[house.INK if marked else colours[dose] for marked, dose in zip(open_, drawn["TRTA"], strict=True)],
            line=dict(color=house.MUTED, width=0.8),
            opacity=1,
        ),
        customdata=drawn[["USUBJID"]],
        hovertext=[f"{who(row)}<br>{result_words(row)}" for row in rows_of(drawn)],
        hoverinfo="text",
        showlegend=False,
        meta="samples",
        **axes,
    )


def result_words(row) -> str:
    """ "2.08 h (planned 2 h): 3,210 ng/mL", or that it is below or above a limit."""
    recorded = "time not known, " if row.TIMEFROM == "NOMINAL" else f"{exactly(row.HOUR, 2)} h "
    at = f"{recorded}(planned {exactly(row.NRRLT, 2)} h)" if present(row.NRRLT) else f"{exactly(row.HOUR, 2)} h"
    value = f"{amount(row.HEIGHT)} {UNIT}"
    why = f"; in no curve: {LEFT_OUT[row.REASON]}" if present(row.REASON) else ""
    return f"{at}: " + {"BELOW": f"below {value}", "ABOVE": f"above {value}"}.get(row.STATE, value) + why


def median_traces(medians: DataFrame, planned: set[float], colour: str, limit: float, **axes) -> list[go.Scatter]:
    """The medians of one dose after one infusion: a heavy line with a rim, so that a pale one is seen; those below the
    limit of quantification as open marks at it."""
    rows = medians[medians["N"] >= LEAST_SUBJECTS]
    below = rows["MEDIANQ"] == "<"
    rows = rows.assign(HEIGHT=rows["MEDIAN"].where(~below, limit), HOUR=rows["NRRLT"])
    times = planned | set(medians["NRRLT"])
    # no line leads to a median below the limit: where it lies is not known
    found = joined(rows, times, hour="HOUR", height="MEDIAN", sure=lambda row: True)
    wide = dict(color=house.MUTED, width=4.4)
    lines = [
        _trace([found], dash, dict(color=rim or colour, width=width, dash=dash), **axes)
        for dash, rim, width in (("solid", wide["color"], 4.4), ("solid", "", 3), ("dot", house.MUTED, 1.2))
    ]
    return [*filter(None, lines), _median_marks(rows[rows["HEIGHT"].notna()], colour, **axes)]


def _median_marks(rows: DataFrame, colour: str, **axes) -> go.Scatter:
    below = rows["MEDIANQ"] == "<"
    return go.Scatter(
        x=rows["HOUR"],
        y=rows["HEIGHT"],
        mode="markers",
        marker=dict(
            size=8,
            symbol=["triangle-down-open" if marked else "square" for marked in below],
            color=[house.INK if marked else colour for marked in below],
            line=dict(color=house.INK, width=1),
            opacity=1,
        ),
        hovertext=[_median_words(row) for row in rows_of(rows)],
        hoverinfo="text",
        showlegend=False,
        meta="medians",
        **axes,
    )


def _median_words(row) -> str:
    value = "below the limit of quantification" if row.MEDIANQ == "<" else amount(row.MEDIAN)
    missing = f"; {row.NMISS + row.NLEFT} without one in the profile" if row.NMISS + row.NLEFT else ""
    return (
        f"{plain(row.TRTA)}, planned {exactly(row.NRRLT, 2)} h: median {value} ({counted(row.N, 'subject')}{missing})"
    )


def peaks_of(rows: DataFrame, new: list[str]) -> DataFrame:
    """The row of the highest measured concentration of each subject of `new`."""
    known = own(rows[rows["USUBJID"].isin(new) & rows["AVAL"].notna()])
    return known.loc[known.groupby("USUBJID")["AVAL"].idxmax()] if len(known) else known


def ends_of(rows: DataFrame, limits: list[float], *, log: bool) -> tuple[float, float]:
    """The lowest and the highest concentration of the axis."""
    known = pandas.concat([rows["HEIGHT"].dropna(), pandas.Series(limits, dtype="float64")])
    known = known[known > 0]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 10.0)
    return (low / 1.7, high * 1.4) if log else (0.0, high * 1.06)

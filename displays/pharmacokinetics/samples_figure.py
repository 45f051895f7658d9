"""The samples as a grid: a row a subject with something the matter, a column a planned time, a mark a sample."""

from __future__ import annotations

from itertools import groupby

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import legend_entry, new_entry, rings, since_line, who
from displays.groups import present
from displays.pharmacokinetics.concentrations import Occasion, occasion_words
from displays.words import counted, exactly, sentence
from queries import View
from queries.frames import rows_of

MISSING = ("NO RECORD", "NOT DONE", "NO RESULT", "NO VALUE")
WELL = ("TAKEN", "BELOW", "NOT DUE", "NOT EXPECTED")
"""What is nobody's fault: taken, though below the limit, or not to be expected."""
LOOKS = {
    "without a record": (("NO RECORD",), "x", house.ALERT),
    "recorded as not done": (("NOT DONE",), "x-open", house.ALERT),
    "without a result": (("NO RESULT", "NO VALUE"), "circle-x-open", house.ALERT),
    "a concentration before the first infusion": (("BEFORE",), "star", house.ALERT),
    "after the next infusion began": (("LATER",), "triangle-right", house.GRADE[4]),
    "at another time than planned": (("MISTIMED", "EARLY", "EARLIER"), "diamond", house.WAITING),
    "excluded or doubtful": (
        ("EXCLUDED", "DIFFERENT", "REPEATED", "SPECIMEN", "ABOVE LIMIT", "NO TIME", "NO INFUSION", "NOMINAL"),
        "square",
        "#6c7f8d",
    ),
    "below the limit": (("BELOW",), "triangle-down-open", house.MUTED),
    "taken": (("TAKEN",), "circle", "#c3cad0"),
    "not due or not expected": (("NOT DUE", "NOT EXPECTED"), "line-ew-open", "#c3cad0"),
}
"""What a mark means, the gravest first: its kinds, symbol and colour."""
TOP_PIXELS, BOTTOM_PIXELS, MOST_ROW = 96, 20, 22
UNPLACED = "infusion or time not known"


def samples_figure(view: View, rows: DataFrame) -> go.Figure:
    """The grid of the subjects with something the matter, those with most missing first."""
    people = _people(rows)
    columns = _columns(rows)
    drawn = rows[rows["USUBJID"].isin(people)].assign(X=lambda own: [columns[_column(row)] for row in rows_of(own)])
    drawn = drawn.assign(Y=drawn["USUBJID"].map({name: place for place, name in enumerate(people)}))
    numbers = rows.drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    around = TOP_PIXELS + BOTTOM_PIXELS
    inner = house.row_pixels(len(people), around, most=MOST_ROW) * len(people)
    changed = drawn[drawn["SINCE"] != ""]
    return house.figure(
        *rings(changed["X"], changed["Y"], changed["SINCE"], size=18),
        *[_marks(drawn[drawn["KIND"].isin(kinds)], symbol, colour) for kinds, symbol, colour in LOOKS.values()],
        *_entries(drawn),
        *new_entry(drawn["SINCE"], view.previous_date),
        height=inner + around,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=80, r=12),
        legend=dict(y=1 + 52 / inner, itemclick=False, traceorder="normal"),
        annotations=_headings(columns),
        shapes=[house.vertical_line(place - 0.5, dash="dot") for place in _starts(columns)[1:]],
        xaxis=dict(
            tickvals=list(columns.values()),
            ticktext=[_hour(column) for column in columns],
            range=[-0.7, len(columns) - 0.3],
            side="top",
            ticks="",
            showline=False,
        ),
        yaxis=dict(
            tickvals=list(range(len(people))),
            ticktext=[plain(numbers[name]) for name in people],
            range=[len(people) - 0.4, -0.6],
            ticks="",
            showgrid=True,
        ),
    )


def _people(rows: DataFrame) -> list[str]:
    """Who is drawn: the subjects with something the matter, most missing samples first; of a crowd the first."""
    weight = rows["KIND"].isin(MISSING) * 1000 + ~rows["KIND"].isin(WELL)
    weights = rows.assign(WEIGHT=weight).groupby("USUBJID", sort=False)["WEIGHT"].sum()
    people = weights[weights > 0].sort_values(ascending=False, kind="stable").index.tolist()
    return people[: crowd.NAMED] if len(people) > crowd.MOST_DRAWN else people


Column = tuple[Occasion, float] | None
"""Day and planned time; None of a sample without them."""


def _column(row) -> Column:
    if not present(row.COURSE) or not present(row.COURSEDY) or not present(row.NRRLT):
        return None
    return (int(row.COURSE), int(row.COURSEDY)), float(row.NRRLT)


def _columns(rows: DataFrame) -> dict[Column, int]:
    """Each planned time of each day in order; samples without either come last."""
    known = {_column(row) for row in rows_of(rows[["COURSE", "COURSEDY", "NRRLT"]].drop_duplicates())}
    order: list[Column] = [
        *sorted(column for column in known if column is not None),
        *([None] if None in known else []),
    ]
    return {column: place for place, column in enumerate(order)}


def _hour(column: Column) -> str:
    return "?" if column is None else f"{exactly(column[1], 2)} h"


def _headings(columns: dict[Column, int]) -> list[dict]:
    """The day above its columns."""
    known = [column for column in columns if column is not None]
    days = list(dict.fromkeys(day for day, _ in known))
    found = [(day, list(own)) for day, own in groupby(known, key=lambda column: column[0])]
    place = dict(xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=24, showarrow=False)
    return [
        dict(text=f"<b>{sentence(occasion_words(day, days))[:-1]}</b>", x=columns[own[0]] - 0.4, **place)
        for day, own in found
    ]


def _starts(columns: dict[Column, int]) -> list[int]:
    """The first column of each day."""
    days = {column[0]: place for column, place in reversed(columns.items()) if column is not None}
    return sorted(days.values())


def _marks(rows: DataFrame, symbol: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=rows["X"],
        y=rows["Y"],
        mode="markers",
        marker=dict(size=11, symbol=symbol, color=colour, opacity=1),
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
        showlegend=False,
    )


def _hover(row) -> str:
    column = _column(row)
    at = UNPLACED if column is None else f"course {column[0][0]} day {column[0][1]}, {_hour(column)}"
    late = f", {_late(row.DEVMIN)}" if present(row.DEVMIN) and round(row.DEVMIN) else ""
    note = f" ({plain(row.NOTE)})" if row.NOTE else ""
    return "<br>".join([who(row), f"{at}: {row.WHAT}{note}{late}", *since_line(row)])


def _late(minutes: float) -> str:
    return f"{counted(abs(round(minutes)), 'minute')} {'later' if minutes > 0 else 'earlier'} than planned"


def _entries(drawn: DataFrame) -> list[go.Scatter]:
    """Only what is on the chart is in its legend."""
    return [
        legend_entry(words, dict(size=11, symbol=symbol, color=colour))
        for words, (kinds, symbol, colour) in LOOKS.items()
        if drawn["KIND"].isin(kinds).any()
    ]

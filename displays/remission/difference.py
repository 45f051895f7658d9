"""The difference of the remission rates of two diseases."""

from __future__ import annotations

from math import copysign, floor

from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.remission.definitions import caveat, disease, no_responses, responses_collected, rules
from displays.words import listed, p_value
from queries import View
from queries.frames import rows_of
from stats.proportions import difference, fisher

LABELS = {
    "METHOD": "Method",
    "COMPARISON": "Comparison",
    "ESTIMATE": "Difference",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
    "P": "Fisher's p (two-sided)",
}
FORMATS = {"ESTIMATE": "percent", "LOWER": "percent", "UPPER": "percent", "P": "p"}
METHODS = {"miettinen-nurminen": "Miettinen-Nurminen", "newcombe": "Newcombe"}


REMISSION_DIFFERENCE = ("remission_difference", "Difference between the diseases")


def remission_difference(view: View) -> Display:
    """Whether the remission rates of the two diseases differ by more than chance, in percentage points."""
    if not responses_collected(view):
        return no_responses(view, *REMISSION_DIFFERENCE)
    counts = view.ask("remission_by_disease")
    evaluable = counts[counts.ANALYSISN == 1]
    pair = evaluable[(evaluable.N > 0) & (evaluable.DISEASE != "Not stated")]
    if len(pair) != 2:
        return blank(view, *REMISSION_DIFFERENCE, _no_comparison(evaluable), collected=True)
    one, other = pair.iloc[0], pair.iloc[1]
    table = _differences(one, other)
    return display(
        view,
        *REMISSION_DIFFERENCE,
        finding=_finding(table.iloc[0]),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(table),
        population=f"Response-evaluable: {one.N} with {one.DISEASE}, {other.N} with {other.DISEASE}.",
        method="Difference of the remission rates with score limits after Miettinen and Nurminen and hybrid score "
        "limits after Newcombe; Fisher's exact test, two-sided, adding all tables no likelier than the one observed. "
        + rules(view)
        + caveat(view),
        source="Miettinen and Nurminen, Stat Med 1985;4:213. Newcombe, Stat Med 1998;17:873 (method 10). Fisher 1935.",
        questions=("remission_by_disease",),
    )


def _no_comparison(evaluable: DataFrame) -> str:
    numbers = listed([f"{row.N} with {disease(row.DISEASE)}" for row in rows_of(evaluable)])
    return f"No comparison: it needs response-evaluable subjects with two diseases; there are {numbers}."


def _differences(one, other) -> DataFrame:
    counts = tuple(int(value) for value in (one.REMISSION, one.N, other.REMISSION, other.N))
    comparison, p = f"{one.DISEASE} minus {other.DISEASE}", fisher(*counts)
    limits = {name: difference(*counts, method=method) for method, name in METHODS.items()}
    rows = [(name, comparison, found.estimate, found.lower, found.upper, p) for name, found in limits.items()]
    return DataFrame(rows, columns=list(LABELS))


def _finding(score) -> list[str]:
    differ = "are compatible with no difference" if score.LOWER <= 0 <= score.UPPER else "exclude no difference"
    return [
        f"{score.COMPARISON}: {_points(score.ESTIMATE)} percentage points (95 % CI {_points(score.LOWER)} to "
        f"{_points(score.UPPER)}); Fisher's {p_value(score.P)}.",
        f"The data {differ}.",
    ]


def _points(fraction: float) -> str:
    """A signed difference in percentage points: "+17", "−25", "0"."""
    value = int(copysign(floor(abs(fraction) * 100 + 0.5 + 1e-9), fraction))  # a half goes away from 0, as in `percent`
    return f"{value:+d}".replace("-", "−") if value else "0"


def _figure(table: DataFrame):
    text = [
        f"{row.METHOD}: {_points(row.ESTIMATE)} ({_points(row.LOWER)} to {_points(row.UPPER)})"
        for row in rows_of(table)
    ]
    rows = table.assign(TEXT=text, COLOUR=house.INK, SYMBOL="square")
    return interval_rows(rows, axis_title=f"{table.COMPARISON.iloc[0]} (95 % CI)", limits=(-1, 1), zero=True)

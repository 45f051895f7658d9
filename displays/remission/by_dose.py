"""Remission rates by dose within each disease, and whether they rise or fall with it."""

from __future__ import annotations

from math import isnan

from pandas import DataFrame

from displays.display import Display, display
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.groups import dose_colours, no_subjects
from displays.remission.definitions import SOURCE, caveat, disease, no_responses, responses_collected, rules
from displays.remission.rates import drawn, short_rate, with_limits
from displays.words import listed, short_dose
from queries import View
from stats.trend import trend

BY_DOSE = {
    "DISEASE": "Disease",
    "TRTA": "Group",
    "REMISSION": "In remission",
    "N": "Response-evaluable",
    "RATE": "Rate",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
    "PTREND": "P of a trend (exact)",
    "TREATED": "Treated",
    "POSSREM": "Possible remission, not known",
    "AWAITING": "Awaiting first assessment",
    "NOTEVAL": "Not evaluable",
}
DOSE_FORMATS = {"RATE": "percent", "LOWER": "percent", "UPPER": "percent", "PTREND": "p"}
ERROR = 0.05
"""A trend with a smaller P-value is called one."""
REMISSION_BY_DOSE = ("remission_by_dose", "Remission by dose within disease")


def remission_by_dose(view: View) -> Display:
    """Remission rates at each dose level within each disease."""
    if not responses_collected(view):
        return no_responses(view, *REMISSION_BY_DOSE)
    table = _with_trend(with_limits(view.ask("remission_by_dose")))
    if table.empty:
        return no_subjects(view, *REMISSION_BY_DOSE)
    return display(
        view,
        *REMISSION_BY_DOSE,
        finding=[_verdict(table), _how_little(table), _by_dose_finding(view, table), *_possible_by_dose(table)],
        table=table,
        labels=BY_DOSE,
        formats=DOSE_FORMATS,
        figure=interval_rows(_dose_rows(view, table), axis_title="Subjects in remission (95 % CI)"),
        population=f"{table.N.sum()} response-evaluable of {table.TREATED.sum()} treated; {table.AWAITING.sum()} "
        f"awaiting first assessment, {table.NOTEVAL.sum()} not evaluable. Levels above the highest one treated are "
        "left out.",
        method="Trend: exact Cochran-Armitage test within each disease, two-sided, scored by the dose, of the subjects "
        f"at planned doses; called a trend where P is below {ERROR:g}, not adjusted for the number of tests. "
        + rules(view)
        + caveat(view),
        source=f"{SOURCE} Trend: Cochran, Biometrics 1954;10:417; Armitage, Biometrics 1955;11:375; Mehta, Patel and "
        "Senchaudhuri, J Comput Graph Stat 1992;1:21.",
        questions=("remission_by_dose",),
    )


def _possible_by_dose(table: DataFrame) -> list[str]:
    """The rate with the possible remissions, of each dose that has one."""
    return [
        f"{disease(row.DISEASE)} at {row.TRTA}: possible, not known, in {row.POSSREM} more (an assessment not read or "
        f"not dated); with {'it' if row.POSSREM == 1 else 'them'} {row.REMISSION + row.POSSREM} of "
        f"{row.N + row.POSSNEW}."
        for row in table[table.POSSREM > 0].itertuples()
    ]


def _dose_rows(view: View, table: DataFrame) -> DataFrame:
    colours = dose_colours(view, table.TRTA)
    rows = drawn(table, [f"<b>{row.DISEASE}</b> {row.TRTA}: {short_rate(row)}" for row in table.itertuples()])
    return rows.assign(COLOUR=[colours[dose] for dose in table.TRTA], LINE=house.MUTED)


def _with_trend(table: DataFrame) -> DataFrame:
    """The P-value of a trend over the planned doses in each disease's rows; nan where there is one dose, or none."""
    p = {}
    for name, rows in table.groupby("DISEASE"):
        planned = rows[rows.TRTAN.notna()]
        p[name] = trend(planned.REMISSION.astype(int), planned.N.astype(int), planned.TRTAN.astype(float))
    return table.assign(PTREND=table.DISEASE.map(p).astype("float64"))


def _verdict(table: DataFrame) -> str:
    """Whether remission rises or falls with the dose, of each disease, with the P-value."""
    said = [_of_disease(name, rows) for name, rows in table.groupby("DISEASE", sort=False) if rows.N.sum()]
    return f"Trend of remission with dose: {', '.join(said) or 'no evaluable subjects'}."


def _of_disease(name: str, rows: DataFrame) -> str:
    p, number = rows.PTREND.iloc[0], rows.N.sum()
    if isnan(p):
        return f"only one dose in {disease(name)} (n = {number})"
    return f"{_direction(rows) if p < ERROR else 'none shown'} in {disease(name)} (exact p = {p:.2f}, n = {number})"


def _direction(rows: DataFrame) -> str:
    """Whether those in remission had the higher doses."""
    planned = rows[rows.TRTAN.notna()]
    in_remission = (planned.REMISSION * planned.TRTAN).sum() / planned.REMISSION.sum()
    return "rising" if in_remission > (planned.N * planned.TRTAN).sum() / planned.N.sum() else "falling"


def _how_little(table: DataFrame) -> str:
    """How wide the intervals of single doses are: what no trend shown does not exclude."""
    widths = 100 * (table.UPPER - table.LOWER).dropna()
    if len(widths) < 2:
        return ""
    return (
        f"So few subjects tell little: the 95 % intervals of single doses are {widths.min():.0f} to {widths.max():.0f} "
        "percentage points wide, and a trend that is not shown is not excluded."
    )


def _by_dose_finding(view: View, table: DataFrame) -> str:
    unit, spoken = view.trial.dose_unit, []
    for name, rows in table.groupby("DISEASE", sort=False):
        numbers = [f"{row.REMISSION} of {row.N} at {short_dose(row.TRTA, unit)}" for row in rows.itertuples() if row.N]
        spoken.append(f"{disease(name)}: {listed(numbers) if numbers else 'no evaluable subjects'}")
    return "; ".join(spoken) + (f" ({unit})." if view.trial.dose_levels else ".")

"""Cumulative incidence of relapse, with death in remission as the competing event."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, display
from displays.groups import no_subjects
from displays.remission.definitions import (
    NO_REMISSION,
    caveat,
    confirmation,
    doubts,
    kinds,
    no_responses,
    responses_collected,
)
from displays.remission.survival_figure import FEW, curve_figure
from displays.remission.times import (
    FOLLOW_UP,
    FORMATS,
    LABELS,
    TIMES,
    TRANSPLANTS,
    colours,
    joined,
    lost_early,
    population,
    times,
    without_time,
)
from displays.words import counted, percent, percent_range
from queries import View
from stats.survival import cumulative_incidence, numbers_at_risk

INCIDENCE_MONTHS = 3
CAUSES = {"Relapse": 1, "Death in remission": 2}


RELAPSE_INCIDENCE = ("relapse_incidence", "Cumulative incidence of relapse")


def relapse_incidence(view: View) -> Display:
    """How many remissions had ended in relapse by each month, with death in remission as the competing event."""
    if not responses_collected(view):
        return no_responses(view, *RELAPSE_INCIDENCE)
    subjects, untimed = times(view, "DOR")
    if subjects.empty:
        return no_subjects(view, *RELAPSE_INCIDENCE, without_time(untimed) or NO_REMISSION)
    groups = [(group, _on_curve(rows)) for group, rows in subjects.groupby("GROUP", sort=False)]
    table = concat([rows for _, rows in groups], ignore_index=True)
    return display(
        view,
        *RELAPSE_INCIDENCE,
        finding=[*(_finding(*group) for group in groups), doubts(view), without_time(untimed)],
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=curve_figure(
            table,
            colours(view, table),
            axis_title="Relapsed",
            time_title="Months since the first remission",
            start=0.0,
        ),
        population=population(table, untimed, "remission", lost_early(view)),
        method=f"From the investigator's first {kinds(view)} that counts as a remission; Aalen-Johansen estimate with "
        f"death in remission as competing event. {confirmation(view)}"
        + TRANSPLANTS
        + f"The estimate is given at {INCIDENCE_MONTHS} months, or at the last month before with {FEW} subjects at "
        "risk. " + TIMES + caveat(view),
        source="Aalen and Johansen 1978; variance of Aalen 1978; limits: Choudhury, Stat Med 2002;21:1129." + FOLLOW_UP,
        questions=(view.question("survival_times", endpoint="DOR"), "response_best", "remission_doubt_counts"),
    )


def _on_curve(rows: DataFrame) -> DataFrame:
    codes = [CAUSES.get(cause, 0) for cause in rows.EVNTDESC]
    return joined(rows, cumulative_incidence(rows.AVAL, codes, cause=1).rename(columns={"incidence": "ESTIMATE"}))


def _finding(group: str, rows: DataFrame) -> str:
    relapsed, died = (int((rows.EVNTDESC == cause).sum()) for cause in CAUSES)
    remissions = counted(len(rows), "remission")
    return f"{group}: {relapsed} of {remissions} relapsed, {died} died in remission; {_estimate(rows)}."


def _estimate(rows: DataFrame) -> str:
    """The incidence at the last of the first months at which enough were at risk."""
    at_risk = {month: numbers_at_risk(rows.MONTHS, [month])[0] for month in range(INCIDENCE_MONTHS, 0, -1)}
    month = next((month for month, number in at_risk.items() if number >= FEW), None)
    if month is None:
        return f"no estimate, fewer than {FEW} at risk at 1 month"
    seen = rows[rows.MONTHS <= month].tail(1)
    estimate = 0.0 if seen.empty else seen.ESTIMATE.iloc[0]
    limits = "no interval"
    if estimate > 0 and seen.LOWER.notna().all():
        limits = f"95 % CI {percent_range(seen.LOWER.iloc[0], seen.UPPER.iloc[0])}"
    return f"incidence of relapse {percent(estimate)} at {counted(month, 'month')} ({limits}; {at_risk[month]} at risk)"

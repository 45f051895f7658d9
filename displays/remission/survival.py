"""Duration of remission and overall survival: Kaplan-Meier by disease with the numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame, concat

from displays.display import Display, display, not_collected
from displays.groups import NOBODY, no_subjects
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
    CENSORED_FORMATS,
    CENSORED_LABELS,
    FOLLOW_UP,
    FORMATS,
    LABELS,
    TIMES,
    TRANSPLANTS,
    colours,
    joined,
    lost_early,
    months,
    population,
    times,
    with_censored,
    without_time,
)
from displays.words import counted
from queries import View
from stats.survival import kaplan_meier, median, numbers_at_risk

KAPLAN_MEIER = (
    "Kaplan and Meier, J Am Stat Assoc 1958;53:457; Greenwood's variance with log-log limits (Kalbfleisch and Prentice "
    "2002); median limits: Brookmeyer and Crowley, Biometrics 1982;38:29."
)


@dataclass(frozen=True)
class Endpoint:
    """A time to event: its code in adtte, and how the display speaks of event, subjects, start and those without.

    beside: the code of the same time censored at transplant or later therapy; empty where there is none.
    """

    code: str
    name: str
    title: str
    event: str
    of: str
    start: str
    axis: str
    nobody: str
    method: str
    beside: str = ""


REMISSION = Endpoint(
    code="DOR",
    name="duration_of_remission",
    title="Duration of remission",
    event="relapse or death",
    of="remission",
    start="first remission",
    axis="Still in remission",
    nobody=NO_REMISSION,
    method="From the investigator's first {kinds} that counts as a remission to relapse, progression or death, "
    "whichever comes first; others are censored at their last disease assessment that is no PR or NR. {confirmation}"
    + TRANSPLANTS,
    beside="DORT",
)
SURVIVAL = Endpoint(
    code="OS",
    name="overall_survival",
    title="Overall survival",
    event="death",
    of="treated subject",
    start="first infusion",
    axis="Alive",
    nobody=NOBODY,
    method="From the first infusion to death from any cause; others are censored at the last dated record that shows "
    "them alive, at the latest at the data cut. ",
)


def duration_of_remission(view: View) -> Display:
    """How long remissions last, in months: Kaplan-Meier by disease, and beside it censored at transplant."""
    if not responses_collected(view):
        return no_responses(view, REMISSION.name, REMISSION.title)
    return _kaplan_meier(view, REMISSION)


def overall_survival(view: View) -> Display:
    """How long subjects live after the first infusion, in months: Kaplan-Meier by disease."""
    if "ex" not in view.cut.delivered:
        return not_collected(view, SURVIVAL.name, SURVIVAL.title, "Infusions")
    return _kaplan_meier(view, SURVIVAL)


def _kaplan_meier(view: View, endpoint: Endpoint) -> Display:
    subjects, untimed = times(view, endpoint.code)
    if subjects.empty:
        return no_subjects(view, endpoint.name, endpoint.title, without_time(untimed) or endpoint.nobody)
    table = concat([_on_curve(rows) for _, rows in subjects.groupby("GROUP", sort=False)], ignore_index=True)
    codes = [code for code in (endpoint.code, endpoint.beside) if code]
    if endpoint.beside:
        table = with_censored(table, times(view, endpoint.beside)[0])
    return display(
        view,
        endpoint.name,
        title=endpoint.title,
        finding=_finding(table, untimed, endpoint, _doubts(view, table, endpoint) if endpoint.beside else []),
        table=table,
        labels=LABELS | CENSORED_LABELS if endpoint.beside else LABELS,
        formats=FORMATS | CENSORED_FORMATS if endpoint.beside else FORMATS,
        figure=curve_figure(
            table,
            colours(view, table),
            axis_title=endpoint.axis,
            time_title=f"Months since the {endpoint.start}",
            start=1.0,
        ),
        population=population(table, untimed, endpoint.of, lost_early(view) if endpoint.beside else ""),
        method=endpoint.method.format(kinds=kinds(view), confirmation=confirmation(view))
        + "Limits are log-log. "
        + TIMES
        + caveat(view),
        source=KAPLAN_MEIER + FOLLOW_UP,
        questions=(
            *(view.question("survival_times", endpoint=code) for code in codes),
            *(["response_best", "remission_doubts", "remission_doubt_counts"] if endpoint.beside else []),
        ),
    )


def _on_curve(rows: DataFrame) -> DataFrame:
    return joined(rows, kaplan_meier(rows.AVAL, rows.EVENT).rename(columns={"survival": "ESTIMATE"}))


def _finding(table: DataFrame, untimed: DataFrame, endpoint: Endpoint, open_ones: list[str]) -> list[str]:
    groups = [_group_finding(group, rows, endpoint) for group, rows in table.groupby("GROUP", sort=False)]
    new = counted(int((table.SINCE == "new").sum()), "event").capitalize()
    news = f"{new} ({endpoint.event}) since the previous meeting." if (table.SINCE == "new").any() else ""
    beside = _censored(table, endpoint) if endpoint.beside else ""
    return [*groups, *open_ones, beside, news, without_time(untimed)]


def _doubts(view: View, table: DataFrame, endpoint: Endpoint) -> list[str]:
    """The remissions left open, and the numbers with a relapse that is recorded outside the assessments."""
    told = view.ask("remission_doubts").query("NTOLD > 0")["USUBJID"]
    more = table[table.USUBJID.isin(told) & (table.EVENT == 0)]
    with_them = [
        f"{group} {rows.EVENT.sum() + sum(rows.USUBJID.isin(more.USUBJID))} of {counted(len(rows), endpoint.of)}"
        for group, rows in table.groupby("GROUP", sort=False)
        if rows.USUBJID.isin(more.USUBJID).any()
    ]
    said = f"With relapse or progression recorded outside the assessments: {endpoint.event} in {'; '.join(with_them)}."
    return [doubts(view), said if with_them else ""]


def _censored(table: DataFrame, endpoint: Endpoint) -> str:
    """The same estimate censored at transplant or later therapy; empty where nobody had one in the time."""
    if (table.AVALT == table.AVAL).all() and (table.EVENTT == table.EVENT).all():
        return ""
    groups = []
    for group, rows in table.groupby("GROUP", sort=False):
        middle = median(rows.AVALT, rows.EVENTT)
        notes = "; ".join(filter(None, [_limits(middle)]))
        events = f"{rows.EVENTT.sum()} of {counted(len(rows), endpoint.of)}"
        groups.append(f"{group} {events}, median {months(middle.estimate)}{f' ({notes})' if notes else ''}")
    return f"Censored at transplant or later therapy: {endpoint.event} in {'; '.join(groups)}."


def _group_finding(group: str, rows: DataFrame, endpoint: Endpoint) -> str:
    middle = median(rows.AVAL, rows.EVENT)
    notes = "; ".join(filter(None, [_limits(middle), _at_risk(rows, middle.estimate)]))
    events = f"{endpoint.event} in {rows.EVENT.sum()} of {counted(len(rows), endpoint.of)}"
    return f"{group}: {events}; median {months(middle.estimate)}{f' ({notes})' if notes else ''}."


def _limits(middle) -> str:
    """The limits of a median; empty where the lower is undefined."""
    if middle.lower != middle.lower:
        return ""
    upper = "or more" if middle.upper != middle.upper else f"to {months(middle.upper)}"
    return f"95 % CI {months(middle.lower)} {upper}"


def _at_risk(rows: DataFrame, days: float) -> str:
    """How many were at risk at the median: a median of the last one or two followed is hardly one."""
    if days != days:
        return ""
    at_risk = numbers_at_risk(rows.AVAL, [days])[0]
    return f"{at_risk} at risk" + (": rests on few subjects" if at_risk < FEW else "")

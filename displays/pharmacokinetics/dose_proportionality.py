"""Exposure against the dose given: the power model, and what the interval of its slope allows to be said."""

from __future__ import annotations

from math import isinf, isnan

import numpy
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, new_entry, outline, since_line, who
from displays.groups import dose_colours, no_subjects, treated
from displays.pharmacokinetics.concentrations import PARENT, amount, known_analyte, no_concentrations
from displays.pharmacokinetics.parameter_words import PARAMETERS
from displays.pharmacokinetics.parameters import (
    analytes_of_parameters,
    asked_for,
    flags_of_each,
    flags_said,
    heading,
    news,
    reasons,
)
from displays.pharmacokinetics.published import published
from displays.since import SINCE_LABELS, compare
from displays.words import counted, sentence
from queries import View
from queries.frames import rows_of
from stats.proportionality import PowerModel, Proportionality, power_model, proportionality

PROPORTIONALITY = ("pk_dose_proportionality", "Dose proportionality")
EXPOSURES = ("AUCIFO", "AUCINT", "AUCLST", "CMAX")
LEVEL = 0.90
MOST_RATIO = 100
"""No trial compares doses further apart: a ratio beyond it is said as such."""
VERDICTS = {
    "proportional": "exposure is dose-proportional",
    "not proportional": "exposure is not dose-proportional",
    "inconclusive": "dose proportionality is inconclusive",
}
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DOSE": "Given on day 1 ({unit})",
    "AVAL": "Exposure",
    "AVALU": "Unit",
    "FLAGS": "Flags",
    "REASON": "Why not known",
} | SINCE_LABELS
METHOD = (
    "Power model: least squares of ln(exposure) on ln(dose given), one value a subject, after the first infusion of "
    "course 1. Over the planned range of doses, exposure is dose-proportional where the 90 % interval of the slope "
    "lies within 1 + ln(0.8)/ln(r) to 1 + ln(1.25)/ln(r), r the highest dose over the lowest; not so where it lies "
    "outside; else inconclusive (Smith et al., Pharm Res 2000;17:1278), which is to be expected of few subjects. "
    "ρ1: up to this ratio of doses proportionality is shown; ρ2: from this ratio on its lack is. Band: 90 % "
    "interval of the geometric mean."
)


def dose_exposures(view: View, analyte: str = PARENT) -> tuple[tuple[str, str], ...]:
    """The measures of exposure that at least one subject has."""
    if not analytes_of_parameters(view):
        return ()
    rows, (code, _) = view.ask("pk_held"), known_analyte(analytes_of_parameters(view), analyte)
    own = rows[(rows["ANALYTE"] == code) & (rows["COURSEDY"] == 1) & (rows["NKNOWN"] > 0)]
    return tuple((each, PARAMETERS[each]) for each in EXPOSURES if (own["PARAMCD"] == each).any())


def dose_proportionality(view: View, analyte: str = PARENT, exposure: str = "AUCIFO") -> Display:
    """Whether exposure after the first infusion rises in proportion with the dose that was given."""
    if not analytes_of_parameters(view):
        return no_concentrations(view, *PROPORTIONALITY)
    if not treated(view):
        return no_subjects(view, *PROPORTIONALITY)
    code, name = known_analyte(analytes_of_parameters(view), analyte)
    asked = asked_for(code, (1, 1), (exposure,))
    rows = view.ask("pk_parameters", **asked)
    if rows.empty:
        words = f"No profile of {name} after the first infusion in these subjects."
        return blank(view, *PROPORTIONALITY, words, collected=True)
    then = view.ask_previous("pk_parameters", **asked)
    state = dict(words=lambda was, _: amount(was.AVAL))
    table = compare(rows, then, ("USUBJID",), lambda row: (amount(row.AVAL), amount(row.DOSE)), **state).rows
    known = table[(table["AVAL"] > 0) & (table["DOSE"] > 0)].reset_index(drop=True)
    model = power_model(known["DOSE"], known["AVAL"], level=LEVEL)
    planned = _planned(view)
    said = proportionality(model, planned[1] / planned[0] if planned else None)
    return display(
        view,
        PROPORTIONALITY[0],
        f"{name}: {PARAMETERS[exposure]} against dose",
        finding=_findings(view, f"{name}, {PARAMETERS[exposure]}", known, model, said),
        table=table.assign(FLAGS=flags_of_each(view, table)),
        labels=LABELS,
        formats={"DOSE": "amount", "AVAL": "amount"},
        figure=_figure(view, known, model, exposure) if len(known) else None,
        population=_population(view, table, known),
        method=f"{METHOD} {published(view)}",
        source="Concentrations (PC); doses given (EX).",
        questions=(view.question("pk_parameters", **asked),),
    )


def _planned(view: View) -> tuple[float, float] | None:
    """The lowest and the highest dose that the trial plans, over which it asks; None where it plans no range."""
    doses = [level.dose for level in view.trial.dose_levels]
    return (min(doses), max(doses)) if len(set(doses)) > 1 else None


def _findings(view: View, what: str, known: DataFrame, model: PowerModel, said: Proportionality) -> list[str]:
    new = known.loc[known["SINCE"] != "", "SUBJID"].tolist()
    told = news(view, new)
    if said.verdict is None:
        why = model.why or "no slope can be given"
        return [sentence(f"{what}: no power model, {why} ({counted(len(known), 'subject')})"), told]
    return [
        sentence(
            f"{what}: {VERDICTS[said.verdict]}; slope {_slope(model.slope)} (90 % interval {_slope(model.lower)} to "
            f"{_slope(model.upper)}) in {counted(model.n, 'subject')}"
        ),
        sentence(
            f"it is shown where the interval lies within {said.lower_critical:.3f} to {said.upper_critical:.3f}"
            f"{_over(view, known)}; ρ1 {_rho(said.rho1)}, ρ2 {_rho(said.rho2)}"
        ),
        told,
    ]


def _over(view: View, known: DataFrame) -> str:
    """Over which doses, and which of them were given."""
    planned, unit = _planned(view), view.trial.amount_unit
    given = f"given: {amount(known['DOSE'].min())} to {amount(known['DOSE'].max())}"
    return f" over the planned {planned[0]:g} to {planned[1]:g} {unit} ({given})" if planned else f" ({given} {unit})"


def _slope(value: float) -> str:
    return f"{round(value, 2) + 0:.2f}".replace("-", "−")


def _rho(value: float) -> str:
    if isnan(value):
        return "not known"
    if isinf(value):
        return "none"
    return f"over {MOST_RATIO}" if value > MOST_RATIO else f"{value:.2f}"


def _population(view: View, table: DataFrame, known: DataFrame) -> str:
    why, undosed = reasons(table), int((table["AVAL"].notna() & table["DOSE"].isna()).sum())
    zeros = int((table["AVAL"].notna() & table["DOSE"].notna()).sum()) - len(known)
    parts = [
        f"{len(known)} of {counted(treated(view), 'treated subject')} with exposure and dose",
        *([f"{zeros} with an exposure or dose of 0, in no model"] if zeros else []),
        *([f"not known: {why}"] if why else []),
        *([f"{undosed} without a known dose"] if undosed else []),
        *([f"flagged: {flags_said(view, known)}"] if flags_said(view, known) else []),
    ]
    crowded = crowd.words(known, f"the {crowd.NAMED} highest", crowd.DOTS)
    return " ".join(filter(None, [sentence("; ".join(parts)), crowded]))


def _figure(view: View, known: DataFrame, model: PowerModel, exposure: str) -> go.Figure:
    colours = dose_colours(view, known["TRTA"])
    highest = crowd.first_subjects(known.sort_values("AVAL", ascending=False, kind="stable"))
    shown = known[known["USUBJID"].isin(highest)] if crowd.crowded(known) else known
    others = [crowd.dots(known.drop(shown.index), "DOSE", "AVAL", digits=3)] if len(shown) < len(known) else []
    marks = go.Scatter(
        x=shown["DOSE"],
        y=shown["AVAL"],
        mode="markers",
        customdata=shown[["USUBJID"]],
        hovertext=[_hover(view, row) for row in rows_of(shown)],
        hoverinfo="text",
        showlegend=False,
        marker=dict(size=10, color=[colours[dose] for dose in shown["TRTA"]], line=outline(shown["SINCE"])),
    )
    doses = sorted(set(known["DOSE"]))
    low, high = numpy.log10([known["AVAL"].min() / 1.5, known["AVAL"].max() * 1.5])
    return house.figure(
        *_line(doses, model),
        *others,
        marks,
        *dose_entries(colours),
        *new_entry(shown["SINCE"], view.previous_date),
        height=430,
        margin=dict(t=64),
        xaxis=dict(
            type="log",
            title=f"Dose given on day 1 ({view.trial.amount_unit})",
            tickvals=doses if len(doses) < 9 else None,
            ticktext=[f"{dose:g}" for dose in doses] if len(doses) < 9 else None,
        ),
        yaxis=_axis(low, high) | dict(title=heading(exposure, known["AVALU"].iloc[0])),
        legend=dict(itemclick=False, traceorder="normal"),
    )


def _axis(low: float, high: float) -> dict:
    """A logarithmic axis that labels 1, 2 and 5 of each decade: exposures lie within one or two."""
    ticks = [step * 10.0**power for power in range(-3, 9) for step in (1, 2, 5)]
    shown = [tick for tick in ticks if 10**low <= tick <= 10**high]
    return dict(type="log", range=[low, high], tickvals=shown, ticktext=[f"{tick:,g}" for tick in shown])


def _line(doses: list[float], model: PowerModel) -> list[go.Scatter]:
    """The geometric mean by the model with its interval, over the doses given."""
    if isnan(model.standard_error):
        return []
    across = numpy.geomspace(doses[0], doses[-1], 30)
    middle, lower, upper = zip(*[model.at(float(dose)) for dose in across], strict=True)
    plain = dict(mode="lines", hoverinfo="skip", showlegend=False)
    faint = house.mixed(house.MUTED, 0.18)
    return [
        go.Scatter(x=across, y=lower, meta="lower", line=dict(width=0), **plain),
        go.Scatter(x=across, y=upper, meta="upper", line=dict(width=0), fill="tonexty", fillcolor=faint, **plain),
        go.Scatter(x=across, y=middle, meta="model", line=dict(color=house.INK, width=2), **plain),
    ]


def _hover(view: View, row) -> str:
    given = f"{amount(row.DOSE)} {view.trial.amount_unit} given"
    return "<br>".join([who(row), f"{amount(row.AVAL)} {row.AVALU}", given, *since_line(row)])

"""Accrual over time against the plan: by days; in an open session by months, of five enrolments or more each."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Timedelta, Timestamp, concat, notna

from displays.display import Display, day, display
from displays.drawing import house
from displays.groups import no_subjects
from displays.since import SINCE_LABELS
from displays.words import counted
from queries import View
from queries.frames import rows_of

DAYS_A_MONTH = 365.25 / 12
ACTUAL = "#1d4e6b"
CUT, PREVIOUS_CUT = "Data cut", "Previous data cut"
OVER_TIME = {
    "DATE": "Date",
    "EVENT": "What",
    "NUMBER": "Enrolled that day",
    "CUMULATIVE": "Enrolled so far",
    "PLAN": "Planned",
    "SINCE": SINCE_LABELS["SINCE"],
}
BY_MONTHS = {"DATE": "By", "NUMBER": "Enrolled since the date before"}
ACCRUAL_OVER_TIME = ("accrual_over_time", "Accrual over time")


def accrual_over_time(view: View) -> Display:
    """Cumulative enrolment against the plan of the trial's definition."""
    asked = view.ask("accrual_over_time")
    dated, undated = asked[asked["ENRLDT"].notna()], int(asked.loc[asked["ENRLDT"].isna(), "NUMBER"].sum())
    if dated.empty:
        return nobody_enrolled(view, *ACCRUAL_OVER_TIME, undated)
    table = _timeline(dated, view)
    return display(
        view,
        *ACCRUAL_OVER_TIME,
        finding=_pace(table, view),
        table=table,
        labels=OVER_TIME | (BY_MONTHS if view.open_session else {}),
        figure=_steps(table, view),
        formats={"PLAN": "decimal1"},
        population=_enrolled_words(dated, undated, view),
        method=f"{_step_words(view)} (the milestone of enrolment, else the first day of participation). "
        + _plan_words(view),
        source="DS, DM; the plan is an assumption of the trial's definition." if view.trial.accrual_plan else "DS, DM.",
        questions=("accrual_over_time",),
        audience="open",
    )


def nobody_enrolled(view: View, name: str, title: str, undated: int = 0) -> Display:
    """The display in place of one of accrual where nobody is enrolled; undated: subjects without a day of enrolment."""
    words = (
        f"{counted(undated, 'subject')} enrolled, but no date of enrolment was delivered."
        if undated
        else "No enrolled subjects match the filters."
    )
    return no_subjects(view, name, title, words, audience="open")


def _step_words(view: View) -> str:
    if view.open_session:
        return "Each step is the end of a month; months with fewer than five enrolments are put together"
    return "Each step is a day of enrolment"


def _unfiltered(view: View) -> bool:
    return not view.filters.any_set


def _planned(when, view: View) -> float:
    """Subjects planned to be enrolled by a day; nan without a plan, or where filters leave only a part of the trial."""
    plan = view.trial.accrual_plan
    if plan is None or not _unfiltered(view):
        return float("nan")
    return max((Timestamp(when).date() - plan[0]).days, 0) / DAYS_A_MONTH * plan[1]


def _timeline(dated: DataFrame, view: View) -> DataFrame:
    """One row a day of enrolment, with the start of the plan before and the data cuts among them."""
    rows = dated.rename(columns={"ENRLDT": "DATE"}).assign(EVENT="Enrolment")
    # A step of an open session may have begun before the previous cut.
    compared = view.previous if not view.open_session else None
    rows["SINCE"] = ["new" if compared and when.date() > compared.date else "" for when in rows["DATE"]]
    marks = [(view.cut.date, CUT)] + ([(view.previous.date, PREVIOUS_CUT)] if view.previous else [])
    marks += [(view.trial.accrual_plan[0], "Start of the plan")] if view.trial.accrual_plan else []
    extra = DataFrame(
        {"DATE": [Timestamp(d) for d, _ in marks], "EVENT": [w for _, w in marks], "NUMBER": 0, "SINCE": ""}
    )
    table = concat([rows, extra], ignore_index=True).sort_values("DATE", kind="stable", ignore_index=True)
    table["CUMULATIVE"] = table["NUMBER"].cumsum().astype("Int64")
    if view.open_session:  # the previous cut may lie within a step
        table["CUMULATIVE"] = table["CUMULATIVE"].mask(table["EVENT"] == PREVIOUS_CUT)
    table["PLAN"] = [_planned(when, view) for when in table["DATE"]]
    return table[list(OVER_TIME)]


def _pace(table: DataFrame, view: View) -> str:
    total = int(table["CUMULATIVE"].iloc[-1])
    words = f"{counted(total, 'subject')} enrolled by {day(view.cut.date)}"
    plan = _planned(view.cut.date, view)
    if notna(plan):
        words += f"; the plan (an assumption) was {plan:.0f}"
    if view.previous:
        words += f"; {_new_words(total, table, view)} since {day(view.previous.date)}"
    return words + "."


def _new_words(total: int, table: DataFrame, view: View) -> str:
    """The enrolments since the previous cut; in an open session those that are more than it had."""
    if not view.open_session:
        return counted(int(table.loc[table["SINCE"] == "new", "NUMBER"].sum()), "enrolment")
    before = view.ask_previous("accrual_over_time")
    was = 0 if before is None else int(before.loc[before["ENRLDT"].notna(), "NUMBER"].sum())
    return counted(total - was, "enrolment") if total >= was else f"{was - total} fewer enrolments than"


def _plan_words(view: View) -> str:
    plan = view.trial.accrual_plan
    if plan is None:
        return "No accrual plan is defined."
    if not _unfiltered(view):
        return "The plan is that of the whole trial and is not drawn for a part of it."
    return f"Plan (assumption): {plan[1]:g} subjects a month from {day(plan[0])}."


def _enrolled_words(dated: DataFrame, undated: int, view: View) -> str:
    words = f"{counted(int(dated['NUMBER'].sum()), 'enrolled subject')}, all dose levels together."
    late = int(dated.loc[dated["ENRLDT"] > Timestamp(view.cut.date), "NUMBER"].sum())
    words += f" {counted(late, 'enrolment')} dated after the data cut." if late else ""
    return words + (f" {counted(undated, 'subject')} without a date of enrolment are not drawn." if undated else "")


def _steps(table: DataFrame, view: View) -> go.Figure:
    fig = house.figure(
        _line(table, "CUMULATIVE", "Enrolled", ACTUAL, shape="hv", width=3),
        height=380,
        showlegend=False,
        margin=dict(l=56, r=84, t=44, b=48),
    )
    ends = [("CUMULATIVE", "Enrolled", ACTUAL)]
    if table["PLAN"].notna().any():
        fig.add_trace(_line(table, "PLAN", "Plan", house.MUTED, shape="linear", width=1.5, dash="dash"))
        ends.append(("PLAN", "Plan", house.MUTED))
    _name_ends(fig, table, ends)
    for row in rows_of(table[table["EVENT"].isin([CUT, PREVIOUS_CUT])]):
        _mark(fig, row.DATE, row.EVENT)
    span = table["DATE"].iloc[-1] - table["DATE"].iloc[0]
    fig.update_xaxes(
        title_text="Date of enrolment",
        tickformat="%b<br>%Y",
        nticks=5,
        tickangle=0,
        range=[
            table["DATE"].iloc[0] - span * 0.01 - Timedelta(days=1),
            table["DATE"].iloc[-1] + span * 0.01 + Timedelta(days=1),
        ],
    )
    fig.update_yaxes(title_text="Subjects enrolled", rangemode="tozero")
    return fig


def _line(
    table: DataFrame, column: str, name: str, colour: str, *, shape: str, width: float, dash: str = "solid"
) -> go.Scatter:
    known = table[table[column].notna()]
    return go.Scatter(
        x=known["DATE"],
        y=known[column].astype(float),
        mode="lines",
        name=name,
        line=dict(color=colour, width=width, shape=shape, dash=dash),
        hovertemplate=f"%{{x|%-d %b %Y}}: %{{y:.0f}} subjects ({name.lower()})<extra></extra>",
    )


def _name_ends(fig: go.Figure, table: DataFrame, ends: list[tuple[str, str, str]]) -> None:
    """The name of each line at its end, pushed apart where the lines end close together."""
    last = table.iloc[-1]
    close = len(ends) == 2 and abs(last["CUMULATIVE"] - last["PLAN"]) < 0.09 * max(last["CUMULATIVE"], last["PLAN"], 1)
    upper = max((column for column, _, _ in ends), key=lambda column: last[column])
    for column, name, colour in ends:
        apart = 9 if column == upper else -9
        fig.add_annotation(
            x=last["DATE"],
            y=last[column],
            text=f"<b>{name} {last[column]:.0f}</b>",
            xanchor="left",
            xshift=6,
            yshift=apart if close else 0,
            showarrow=False,
            font=dict(color=colour),
        )


def _mark(fig: go.Figure, when, text: str) -> None:
    side = "right" if text == PREVIOUS_CUT else "left"
    fig.add_shape(
        type="line", x0=when, x1=when, y0=0, y1=1, yref="paper", line=dict(color=house.MUTED, width=1, dash="dot")
    )
    fig.add_annotation(
        x=when,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor=side,
        showarrow=False,
        text=f"{text}<br>{day(when)}",
        font=dict(color=house.MUTED),
        align=side,
    )

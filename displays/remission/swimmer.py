"""The swimmer plot: each subject's time on study with courses, remission, relapse, transplant and death."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.stacked_rows import placed, subject_figure
from displays.groups import no_subjects
from displays.remission.rates import caveat, without_responses
from displays.words import counted, listed
from queries import View

REMISSION_GREEN = house.RESPONSE["CR"]
UNDATED = "Death undated"
"""A death without a date, or with one that cannot be: drawn at the last day known alive."""
MARKS = {
    "Course": dict(symbol="line-ns", size=9, color=house.INK, line=dict(color=house.INK, width=2)),
    "Remission": dict(symbol="star", size=13, color=REMISSION_GREEN, line=dict(color=house.PAPER, width=1)),
    "Progression": dict(symbol="triangle-down-open", size=10, color=house.RESPONSE["RELAPSE"], line_width=2),
    "Relapse": dict(
        symbol="triangle-down", size=12, color=house.RESPONSE["RELAPSE"], line=dict(color=house.PAPER, width=1)
    ),
    "Transplant": dict(symbol="square", size=10, color=house.PAPER, line=dict(color=house.INK, width=2)),
    "Death": dict(symbol="cross", size=11, color=house.INK, line=dict(color=house.PAPER, width=1)),
    UNDATED: dict(symbol="cross-open", size=11, color=house.INK, line_width=1.5),
    "Ongoing": dict(symbol="triangle-right", size=10, color=house.MUTED),
}
"""What happened → its mark. Death is no ×: that is the mark of a dose-limiting toxicity."""


def swimmer(view: View) -> Display:
    """Every treated subject's course since the first infusion, the longest followed first."""
    title = "Course of every subject"
    table = view.ask("response_timeline")
    if table.empty:
        if "ex" in view.cut.delivered:
            return no_subjects(view, "swimmer", title)
        return not_collected(view, "swimmer", title, "Infusions")
    table = _marked(table, view.ask_previous("response_timeline"))
    subjects = bars(table)
    return display(
        view,
        "swimmer",
        title=title,
        finding=_finding(table, subjects, without_responses(view, "swimmer", title) is None),
        table=table,
        labels={
            "SUBJID": "Subject",
            "DISEASE": "Disease",
            "TRTA": "Group",
            "KIND": "Event",
            "ADY": "Day",
            "ADT": "Date",
            "DETAIL": "Detail",
            "STATUS": "Status",
            "CHANGED": "Change",
        },
        formats={"ADT": "date"},
        figure=_draw(table, subjects),
        population=_population(table, subjects),
        method="The green line inside a bar is the time in remission: from the investigator's first CR or CRi (in AML also CRh) to relapse or death, dotted after the last assessment. "
        "A partial date stands at the earliest day that it can mean. " + _undated_method(table) + caveat(view),
        source="Infusions (EX), responses (RS), transplants (PR), deaths and end of study (DM, DS, fatal AE); the last day known alive from every dated record.",
        questions=("response_timeline",),
    )


def bars(table: DataFrame) -> DataFrame:
    """One row a subject: its last day known, status, and its row in the figure."""
    subjects = table.groupby("USUBJID", as_index=False).agg(
        SUBJID=("SUBJID", "first"),
        DISEASE=("DISEASE", "first"),
        TRTA=("TRTA", "first"),
        LASTDY=("ADY", "max"),
        STATUS=("STATUS", "first"),
    )
    if (subjects.DISEASE == "Not stated").all():  # without diseases the rows are grouped by arm
        subjects = subjects.assign(DISEASE=subjects.TRTA)
    subjects = subjects.sort_values(["DISEASE", "LASTDY", "SUBJID"], ascending=[True, False, True], ignore_index=True)
    return placed(subjects)[0]


def _marked(table: DataFrame, before: DataFrame | None) -> DataFrame:
    """CHANGED "new" for an event that the previous cut did not know; the end of follow-up and the last assessment are no events."""
    if before is None:
        return table.assign(CHANGED="")
    known = set(_keys(before))
    new = [key[1] not in ("Follow-up", "Last assessment") and key not in known for key in _keys(table)]
    return table.assign(CHANGED=["new" if flag else "" for flag in new])


def _keys(table: DataFrame) -> list[tuple]:
    """Subject, event and day; a death without a date moves with the last day known alive and is still the same."""
    return [(r.USUBJID, r.KIND, 0 if r.KIND == UNDATED else r.ADY) for r in table.itertuples()]


def _finding(table: DataFrame, subjects: DataFrame, responses: bool) -> str:
    def number(kind: str) -> int:
        return table[table.KIND == kind].USUBJID.nunique()

    new = (
        f" New since the previous meeting: {counted(sum((table.CHANGED == 'new') & (table.KIND != 'Course')), 'event')} (ringed)."
        if any(table.CHANGED)
        else ""
    )
    remission = f"{number('Remission')} reached remission, " if responses else ""
    undated = f" ({number(UNDATED)} without a usable date)" if number(UNDATED) else ""
    return (
        f"Of {counted(len(subjects), 'treated subject')}, {remission}{number('Transplant')} had a transplant and {sum(subjects.STATUS == 'died')} died{undated}. "
        f"{_relapses(table) if responses else 'Responses: not collected in this cut.'}{new}"
    )


def _relapses(table: DataFrame) -> str:
    """Relapses out of the remissions; what came back or went on without a remission is told apart."""
    first = table[table.KIND == "Remission"].groupby("USUBJID").ADY.min().to_dict()
    after = len(
        {
            r.USUBJID
            for r in table[table.KIND == "Relapse"].itertuples()
            if r.USUBJID in first and r.ADY > first[r.USUBJID]
        }
    )
    never = table[~table.USUBJID.isin(list(first))]
    without = {kind: never[never.KIND == kind].USUBJID.nunique() for kind in ("Relapse", "Progression")}
    parts = [counted(n, kind.lower()) for kind, n in without.items() if n]
    return f"{after} of {len(first)} in remission relapsed" + (
        f"; {listed(parts)} without a remission." if parts else "."
    )


def _population(table: DataFrame, subjects: DataFrame) -> str:
    number = subjects.STATUS.value_counts()
    unknown = number.get("not collected", 0)
    where = [
        f"{number.get('ongoing', 0)} on study at the data cut (arrow)",
        f"{number.get('off study', 0)} off study alive",
    ]
    if unknown:
        where = where[: 1 if number.get("ongoing", 0) else 0] + [
            f"whether {unknown} others are still on study was not collected"
        ]
    return f"{len(subjects)} treated, from the first infusion (day 1) to death or the last day known alive; {number.get('died', 0)} died, {', '.join(where)}."


def _undated_method(table: DataFrame) -> str:
    return "A death without a usable date is drawn at the last day known alive. " if UNDATED in set(table.KIND) else ""


def _draw(table: DataFrame, subjects: DataFrame) -> go.Figure:
    figure = subject_figure(subjects, placed(subjects)[1], top_pixels=76)
    figure.add_bar(
        x=subjects.LASTDY,
        y=subjects.Y,
        orientation="h",
        width=0.72,
        marker_color=[_pale(house.disease_colour(d)) for d in subjects.DISEASE],
        showlegend=False,
        customdata=[[u] for u in subjects.USUBJID],
        text=[_bar_hover(r) for r in subjects.itertuples()],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    rows = dict(zip(subjects.USUBJID, subjects.Y))
    found = spells(table)
    for dash, width, stretches in (
        ("solid", 4, [(s.usubjid, s.start, s.assessed) for s in found]),
        ("dot", 2, [(s.usubjid, s.assessed, s.end) for s in found]),
    ):
        figure.add_scatter(
            x=[x for _, start, end in stretches for x in (start, end, None)],
            y=[y for usubjid, _, _ in stretches for y in (rows[usubjid], rows[usubjid], None)],
            mode="lines",
            line=dict(color=REMISSION_GREEN, width=width, dash=dash),
            hoverinfo="skip",
            showlegend=False,
            meta="remission",
        )
    for kind in MARKS:
        chosen = _ongoing(subjects) if kind == "Ongoing" else table[table.KIND == kind]
        if len(chosen):
            _marks(figure, chosen, rows, kind)
    longest = subjects.LASTDY.max()
    figure.update_xaxes(
        title="Days since the first infusion",
        range=[-longest * 0.02, longest * 1.05],
        showgrid=True,
        gridcolor="#e9eef2",
    )
    figure.update_layout(
        legend=dict(
            y=1,
            yref="paper",
            yanchor="bottom",
            font_size=12,
            itemwidth=30,
            entrywidth=88 if UNDATED in set(table.KIND) else 68,
        ),
        bargap=0,
    )
    return figure


def _ongoing(subjects: DataFrame) -> DataFrame:
    ongoing = subjects[subjects.STATUS == "ongoing"].rename(columns={"LASTDY": "ADY"})
    return ongoing.assign(KIND="Ongoing", DETAIL="", CHANGED="")


@dataclass(frozen=True)
class Spell:
    """A time in remission in study days: start, the last assessment that saw it, and its end or the last day known."""

    usubjid: str
    start: int
    assessed: int
    end: int


def spells(table: DataFrame) -> list[Spell]:
    """Every subject's times in remission, each until relapse, death or the last day known."""
    found = []
    for usubjid, rows in table[table.USUBJID.isin(table[table.KIND == "Remission"].USUBJID)].groupby("USUBJID"):
        stops = sorted(rows[rows.KIND.isin(["Relapse", "Death", UNDATED, "Follow-up"])].ADY)
        seen = max(rows[rows.KIND == "Last assessment"].ADY, default=0)
        for start in rows[rows.KIND == "Remission"].ADY:
            end = next((stop for stop in stops if stop >= start), start)
            found.append(Spell(usubjid, start, min(max(seen, start), end), end))
    return found


def _marks(figure: go.Figure, chosen: DataFrame, rows: dict[str, float], kind: str) -> None:
    y = [rows[u] for u in chosen.USUBJID]
    new = [flag == "new" and kind != "Course" for flag in chosen.CHANGED]
    if any(new):
        figure.add_scatter(
            x=[x for x, n in zip(chosen.ADY, new) if n],
            y=[v for v, n in zip(y, new) if n],
            mode="markers",
            hoverinfo="skip",
            showlegend=False,
            marker=dict(symbol="circle-open", size=19, color=house.NEW, line_width=1.5),
            meta="changed",
        )
    figure.add_scatter(
        x=chosen.ADY,
        y=y,
        mode="markers",
        name=kind,
        marker=MARKS[kind],
        customdata=[[u] for u in chosen.USUBJID],
        meta="event",
        text=[
            f"<b>{plain(r.SUBJID)}</b><br>{r.DISEASE}, {plain(r.TRTA)}<br>{r.KIND} {plain(r.DETAIL)}: day {r.ADY}"
            for r in chosen.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _bar_hover(row) -> str:
    status = "end of study not collected" if row.STATUS == "not collected" else row.STATUS
    return f"<b>{plain(row.SUBJID)}</b><br>{row.DISEASE}, {plain(row.TRTA)}<br>followed to day {row.LASTDY}, {status}"


def _pale(colour: str) -> str:
    """The colour mixed with paper, so that marks stand out on it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * 0.35):02x}" for part in (red, green, blue))

"""The swimmer plot: a bar a subject, the time in remission inside it, a mark for each event."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import rings
from displays.drawing.stacked_rows import placed, rows_layout
from displays.words import as_words
from queries.frames import rows_of

REMISSION_GREEN = house.RESPONSE["CR"]
RELAPSE_RED = house.RESPONSE["RELAPSE"]
UNDATED = "Death undated"
"""A death without a date, or with one that cannot be: drawn at the last day known alive."""
LOST = "Lost early"
"""A remission lost before the days that the protocol asks for, which does not count."""
MARKS = {
    "Course": dict(symbol="line-ns", size=9, color=house.INK, line=dict(color=house.INK, width=2)),
    "Remission": dict(symbol="star", size=13, color=REMISSION_GREEN, line=dict(color=house.PAPER, width=1)),
    LOST: dict(symbol="star-open-dot", size=12, color=REMISSION_GREEN, line_width=1.5),
    "Progression": dict(symbol="triangle-down-open", size=10, color=RELAPSE_RED, line_width=2),
    "Relapse": dict(symbol="triangle-down", size=12, color=RELAPSE_RED, line=dict(color=house.PAPER, width=1)),
    "Transplant": dict(symbol="square", size=10, color=house.PAPER, line=dict(color=house.INK, width=2)),
    "Later therapy": dict(symbol="diamond-tall", size=10, color=house.PAPER, line=dict(color=house.INK, width=1.5)),
    "Death": dict(symbol="cross", size=11, color=house.INK, line=dict(color=house.PAPER, width=1)),
    UNDATED: dict(symbol="cross-open", size=11, color=house.INK, line_width=1.5),
    "Ongoing": dict(symbol="triangle-right", size=10, color=house.MUTED),
}
"""What happened → its mark. Death is not an ×: that is the mark of a dose-limiting toxicity."""


def bars(table: DataFrame) -> DataFrame:
    """One row a subject: its last day known, status, and its row in the figure; grouped by arm without diseases."""
    first = {column: (column, "first") for column in ("SUBJID", "DISEASE", "TRTA", "STATUS")}
    subjects = table.groupby("USUBJID", as_index=False).agg(LASTDY=("ADY", "max"), **first)
    if (subjects.DISEASE == "Not stated").all():
        subjects = subjects.assign(DISEASE=subjects.TRTA)
    subjects = subjects.sort_values(["DISEASE", "LASTDY", "SUBJID"], ascending=[True, False, True], ignore_index=True)
    return placed(subjects)[0]


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
    in_remission = table[table.KIND == "Remission"].USUBJID
    for usubjid, rows in table[table.USUBJID.isin(in_remission)].groupby("USUBJID"):
        stops = sorted(rows[rows.KIND.isin(["Relapse", "Death", UNDATED, "Follow-up"])].ADY)
        seen = max(rows[rows.KIND == "Last assessment"].ADY, default=0)
        for start in rows[rows.KIND == "Remission"].ADY:
            end = next((stop for stop in stops if stop >= start), start)
            found.append(Spell(usubjid, start, min(max(seen, start), end), end))
    return found


def swimmer_figure(table: DataFrame, subjects: DataFrame) -> go.Figure:
    """The figure of the timeline's rows; `subjects` as `bars` gives them."""
    place, longest = dict(zip(subjects.USUBJID, subjects.Y, strict=True)), subjects.LASTDY.max()
    undated = (table.KIND == UNDATED).any()
    legend = dict(y=1, yref="paper", yanchor="bottom", itemwidth=30, entrywidth=88 if undated else 68)
    kinds = {kind: table[table.KIND == kind] for kind in MARKS} | {"Ongoing": _ongoing(subjects)}
    return house.figure(
        _bars(subjects),
        *_remissions(spells(table), place),
        *[trace for kind, rows in kinds.items() if len(rows) for trace in _marks(rows, place, kind)],
        xaxis=dict(
            title="Days since the first infusion",
            range=[-longest * 0.02, longest * 1.05],
            showgrid=True,
            gridcolor="#e9eef2",
        ),
        legend=legend,
        bargap=0,
        **rows_layout(subjects, placed(subjects)[1], top_pixels=76, right_pixels=20),
    )


def _bars(subjects: DataFrame) -> go.Bar:
    return go.Bar(
        x=subjects.LASTDY,
        y=subjects.Y,
        orientation="h",
        width=0.72,
        marker_color=[house.mixed(house.disease_colour(name), 0.35) for name in subjects.DISEASE],
        showlegend=False,
        customdata=[[usubjid] for usubjid in subjects.USUBJID],
        text=[_bar_hover(row) for row in rows_of(subjects)],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _bar_hover(row) -> str:
    status = "end of study not collected" if row.STATUS == "not collected" else row.STATUS
    return f"<b>{plain(row.SUBJID)}</b><br>{row.DISEASE}, {plain(row.TRTA)}<br>followed to day {row.LASTDY}, {status}"


def _remissions(found: list[Spell], place: dict[str, float]) -> list[go.Scatter]:
    """Solid as long as an assessment saw the remission, dotted from then to its end."""
    seen = _stretches([(spell.usubjid, spell.start, spell.assessed) for spell in found], place)
    unseen = _stretches([(spell.usubjid, spell.assessed, spell.end) for spell in found], place)
    look = dict(mode="lines", hoverinfo="skip", showlegend=False, meta="remission")
    return [
        go.Scatter(line=dict(color=REMISSION_GREEN, width=4, dash="solid"), **seen, **look),
        go.Scatter(line=dict(color=REMISSION_GREEN, width=2, dash="dot"), **unseen, **look),
    ]


def _stretches(stretches: list[tuple[str, int, int]], place: dict[str, float]) -> dict:
    return dict(
        x=[day for _, start, end in stretches for day in (start, end, None)],
        y=[y for usubjid, _, _ in stretches for y in (place[usubjid], place[usubjid], None)],
    )


def _ongoing(subjects: DataFrame) -> DataFrame:
    ongoing = subjects[subjects.STATUS == "ongoing"].rename(columns={"LASTDY": "ADY"})
    return ongoing.assign(KIND="Ongoing", DETAIL="", SINCE="")


def _marks(rows: DataFrame, place: dict[str, float], kind: str) -> list[go.Scatter]:
    y = [place[usubjid] for usubjid in rows.USUBJID]
    # a course given since the previous cut is to be expected: only what happened to the subject is ringed
    ringed = [] if kind == "Course" else rings(rows.ADY, y, rows.SINCE, size=19)
    marks = go.Scatter(
        x=rows.ADY,
        y=y,
        mode="markers",
        name=kind,
        marker=MARKS[kind] | (_open_stars(rows) if kind == "Remission" else {}),
        customdata=[[usubjid] for usubjid in rows.USUBJID],
        meta="event",
        text=[_hover(row) for row in rows_of(rows)],
        hovertemplate="%{text}<extra></extra>",
    )
    return [*ringed, marks]


def _open_stars(rows: DataFrame) -> dict:
    """An open star is a remission that is not confirmed where the protocol asks for it."""
    unconfirmed = rows.LASTED.notna()
    if not unconfirmed.any():
        return {}
    line = [REMISSION_GREEN if one else house.PAPER for one in unconfirmed]
    return dict(symbol=["star-open" if one else "star" for one in unconfirmed], line=dict(color=line, width=1.2))


def _hover(row) -> str:
    known = f", {row.LASTED}" if isinstance(getattr(row, "LASTED", None), str) else ""
    what = f"{row.KIND} {plain(as_words(row.DETAIL))}: day {row.ADY}{known}"
    return f"<b>{plain(row.SUBJID)}</b><br>{row.DISEASE}, {plain(row.TRTA)}<br>{what}"

"""Treatment of one subject: infusions as columns of their dose, courses by number, milestones above."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.groups import dose_colours, present
from displays.subject.strip import Span, Strip, heading
from displays.subject.style import lines, noted, unit_words
from displays.words import exactly, on_day, on_days
from queries import View
from queries.frames import rows_of

MILESTONES = {
    "Transplant": dict(symbol="square", color=house.PAPER),
    "Death": dict(symbol="cross", color=house.INK),
    "End of treatment": dict(symbol="line-ns", color=house.INK),
    "End of study": dict(symbol="line-ns", color=house.INK),
}
"""As in the swimmer plot; death is not an ×: that is the mark of a dose-limiting toxicity."""
PIXELS = 80


def treatment_strip(rows: DataFrame, span: Span, view: View) -> Strip:
    """The infusions and milestones of the subject."""
    infusions = rows[rows["PANEL"] == "Infusions"]
    milestones = _last_days(rows[rows["TRACE"].isin(MILESTONES)])
    top = infusions["AVAL"].max() if infusions["AVAL"].notna().any() else 1
    return Strip(
        heading=_heading(rows, view),
        pixels=PIXELS,
        axis=dict(range=[0, (2.2 if len(milestones) else 1.5) * top], tickvals=[top], ticktext=[exactly(top, 0)]),
        traces=[*_infusions(infusions, span, view), *_milestones(milestones, span, top)],
        notes=[*_courses(infusions, span), *_unknown_doses(infusions)],
    )


def _last_days(milestones: DataFrame) -> DataFrame:
    """The milestones with DRAWN, their day: of a death whose date is partial, the last day that it allows."""
    return milestones.assign(DRAWN=milestones["AENDY"].fillna(milestones["ADY"])).sort_values("DRAWN")


def _unknown_doses(infusions: DataFrame) -> list[dict]:
    """A question mark where a dose was given and how much is not known: it would have no bar."""
    days = infusions.loc[infusions["AVAL"].isna(), "ADY"]
    look = dict(text="<b>?</b>", showarrow=False, font=dict(color=house.ALERT), yanchor="bottom", xanchor="left")
    return [look | dict(x=day, y=0) for day in days]


def _heading(rows: DataFrame, view: View) -> str:
    units = [unit_words(unit) for unit in rows["AVALU"].dropna().unique()]
    window = f"; shaded: DLT window to day {view.trial.dlt_window_days}" if view.trial.defined else ""
    return heading("Treatment", plain(f"infused, {', '.join(units)}{window}") if units else "no infusion")


def _infusions(rows: DataFrame, span: Span, view: View) -> list[go.Bar]:
    if rows.empty:
        return []
    colours = dose_colours(view, rows["TRTA"].dropna())
    left, right = span.bars(rows)
    bars = go.Bar(
        x=left,
        y=rows["AVAL"],
        width=right - left,
        offset=0,
        showlegend=False,
        meta="Infusions",
        marker=dict(
            color=[colours.get(dose, house.OTHER) for dose in rows["TRTA"]],
            line=outline(rows["SINCE"], colour=house.INK, width=0.4, new_width=1.8),
        ),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return [bars]


def _hover(row) -> str:
    unit = plain(unit_words(row.AVALU)) if present(row.AVALU) else ""
    dose = f"{exactly(row.AVAL)} {unit}" if present(row.AVAL) else "dose not given"
    return lines(row, f"{plain(row.TRACE)} {dose} on {on_day(row.ADY)} ({row.NOTE})", *noted(row.MARK))


def _courses(rows: DataFrame, span: Span) -> list[dict]:
    """ "C1" over the first infusion of each course; an asterisk where a dose was changed or interrupted."""
    notes, last = [], -1e9
    for number, group in rows.groupby("COURSE"):
        first = group.iloc[0]
        if first["ADY"] - last < 0.05 * (span.high - span.low):
            continue
        last = first["ADY"]
        text = f"C{number:.0f}{'*' if group['MARK'].notna().any() else ''}"
        place = dict(x=first["ADY"], y=group["AVAL"].max(), yanchor="bottom", xanchor="left", xshift=-2)
        notes.append(dict(text=text, showarrow=False, font=dict(color=house.MUTED), **place))
    return notes


def _milestones(rows: DataFrame, span: Span, top: float) -> list[go.Scatter]:
    return [
        _milestone(row, height, right=row.DRAWN > (span.low + span.high) / 2)
        for row, height in zip(rows_of(rows), _heights(rows, span, top), strict=True)
    ]


def _heights(rows: DataFrame, span: Span, top: float) -> list[float]:
    """The height of each milestone: those close to one another on two heights, in turn."""
    heights, level, last = [], 0, None
    for day in rows["DRAWN"]:
        level = 1 - level if last is not None and day - last < 0.45 * (span.high - span.low) else 0
        heights.append(top * (1.95 if level == 0 else 1.55))
        last = day
    return heights


def _milestone(row, height: float, *, right: bool) -> go.Scatter:
    return go.Scatter(
        x=[row.DRAWN],
        y=[height],
        mode="markers+text",
        text=[f"{row.TRACE}  " if right else f" {row.TRACE} "],
        textposition="middle left" if right else "middle right",
        textfont=dict(color=house.INK),
        marker=dict(size=11, line=dict(color=house.NEW if row.SINCE else house.INK, width=2), **MILESTONES[row.TRACE]),
        showlegend=False,
        cliponaxis=False,
        customdata=[[row.USUBJID]],
        hovertext=[lines(row, f"{row.TRACE} {when(row)}", *noted(row.NOTE))],
        hovertemplate="%{hovertext}<extra></extra>",
        meta="Milestones",
    )


def when(row) -> str:
    """ "on day 60", "between day 58 and day 88"."""
    words = on_days(row.ADY, row.AENDY if present(row.AENDY) else row.ADY)
    return words if words.startswith("between") else f"on {words}"

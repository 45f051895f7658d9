"""The courses of the other subjects, behind those of one subject: what is usual. Never with a name."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing.marks import courses
from displays.subject.strip import Span
from queries import View

MOST = 120
GREY = "#d3dae0"
COLUMNS = ["USUBJID", "TRACE", "DAYN", "AVAL", "AVALU", "XULN"]


def shown_with(view: View, subject: str) -> list[str] | None:
    """The subject and the others whose values are read: MOST, those of the subject's own dose level first.

    None, for all, where there are no more: one answer then serves the page of every subject.
    """
    treated = view.ask("subject_list", usubjid=None).query("SAFFL == 'Y'")
    if len(treated) <= MOST + 1:
        return None
    return [subject, *_first(treated, subject)]


def _first(subjects: DataFrame, subject: str) -> list[str]:
    """At most MOST others of some subjects (USUBJID, TRTA), those of the subject's own dose level first."""
    own = subjects.loc[subjects["USUBJID"] == subject, "TRTA"].dropna()
    others = subjects.loc[subjects["USUBJID"] != subject, ["USUBJID", "TRTA"]].drop_duplicates("USUBJID")
    ordered = others.assign(OTHER=~others["TRTA"].isin(own)).sort_values(["OTHER", "USUBJID"])
    return ordered["USUBJID"].head(MOST).tolist()


def behind(values: DataFrame, subject: str) -> DataFrame:
    """The values of at most MOST other subjects, those of the subject's own dose level first."""
    return values.loc[values["USUBJID"].isin(_first(values, subject)), COLUMNS]


def grey_courses(rows: DataFrame, span: Span) -> list[go.Scatter]:
    """One thin line a subject, all in one trace; nothing of it can be pointed at. rows: USUBJID, DAYN, HEIGHT."""
    seen = rows.loc[rows["HEIGHT"].notna() & rows["DAYN"].between(span.low, span.high), ["USUBJID", "DAYN", "HEIGHT"]]
    if seen.empty:
        return []
    rounded = seen.assign(DAYN=seen["DAYN"].round(2), HEIGHT=[float(f"{value:.3g}") for value in seen["HEIGHT"]])
    line = dict(color=GREY, width=1)
    drawn = courses(rounded, "DAYN", "HEIGHT")
    return [go.Scatter(**drawn, mode="lines", line=line, hoverinfo="skip", showlegend=False, meta="Other subjects")]


def usual(rows: DataFrame, span: Span) -> tuple[float, float] | None:
    """Between which heights nine in ten of the other subjects' values lie; None without any."""
    seen = rows.loc[rows["DAYN"].between(span.low, span.high), "HEIGHT"].dropna()
    return (float(seen.quantile(0.05)), float(seen.quantile(0.95))) if len(seen) else None


def entry() -> tuple[str, dict]:
    """The legend's entry of the grey lines."""
    return "Other subjects", dict(symbol="line-ew", size=12, color=GREY, line=dict(color=GREY, width=2))

"""Accrual by site, in the order of opening."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, isna

from displays.conduct.accrual import ACTUAL, nobody_enrolled
from displays.display import Display, display
from displays.drawing import house
from displays.drawing.bars import changed, named_bars
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed
from queries import View

BY_SITE = {
    "SITEID": "Site",
    "SITENAM": "Name",
    "OPENDT": "Opened",
    "FIRSTDT": "First enrolment",
    "SCREENED": "Screened",
    "TREATED": "Treated",
    "ENROLLED": "Enrolled",
    **SINCE_LABELS,
    "STATE": "State",
}


ACCRUAL_BY_SITE = ("accrual_by_site", "Accrual by site")


def accrual_by_site(view: View) -> Display:
    """Subjects enrolled at each site, in the order of opening; sites without a subject included."""
    view = view.pooled()
    sites, before = view.ask("accrual_by_site"), view.ask_previous("accrual_by_site")
    table = compare_numbers(sites, before, ("SITEID",), "ENROLLED")
    table = table.assign(STATE=[_state(row, view) for row in table.itertuples()])
    if table.empty or len(view.cut.table("adsl")) == 0:
        return nobody_enrolled(view, *ACCRUAL_BY_SITE)
    return display(
        view,
        *ACCRUAL_BY_SITE,
        finding=_site_words(table),
        table=table,
        labels=BY_SITE,
        figure=_site_bars(table),
        population=_site_population(table),
        method="Sites are listed in the order in which they opened; opening dates are those of the trial definition.",
        source="DM, DS; sites of the trial's definition." if len(view.trial.content.get("site", ())) else "DM, DS.",
        questions=("accrual_by_site",),
        audience="open",
    )


def _state(row, view: View) -> str:
    if isna(row.OPENDT):
        return "opening date not defined"
    if row.OPENDT.date() > view.cut.date:
        return "not open yet"
    return "opened since the previous cut" if view.previous and row.OPENDT.date() > view.previous.date else "open"


def _site_words(table: DataFrame) -> str:
    opened = table[table["STATE"] != "not open yet"]
    enrolling = opened[opened["ENROLLED"] > 0]
    most = opened.loc[opened["ENROLLED"].idxmax()] if len(opened) else None
    words = (
        f"{len(enrolling)} of {counted(len(opened), 'open site')} {'has' if len(enrolling) == 1 else 'have'} "
        f"enrolled {counted(int(table['ENROLLED'].sum()), 'subject')}"
    )
    if len(enrolling) > 1:
        words += f"; most at {most['SITENAM']} ({most['ENROLLED']})"
    new = [row.SITENAM for row in table.itertuples() if row.STATE == "opened since the previous cut"]
    return words + (f"; opened since the previous cut: {listed(new)}." if new else ".")


def _site_bars(table: DataFrame) -> go.Figure:
    new = (table["ENROLLED"] - table["PREVIOUS"].fillna(table["ENROLLED"])).clip(lower=0).astype(float)
    rows = DataFrame(
        {
            "PART": "",
            "NAME": table["SITENAM"].fillna("Site not given"),
            "VALUE": [_site_value(row) for row in table.itertuples()],
            "TRACK": table["ENROLLED"].astype(float),
            "START": table["ENROLLED"] - new,
            "LENGTH": new,
            "COLOUR": house.NEW,
            "SCALE": float(max(table["ENROLLED"].max(), 1)),
        }
    )
    compared = bool(table["PREVIOUS"].notna().any())
    return named_bars(rows, track="Enrolled", part="since the previous cut", track_colour=ACTUAL, legend=compared)


def _site_value(row) -> str:
    opened = "" if isna(row.OPENDT) else f"<span style='color:{house.MUTED}'>{row.OPENDT:%b %Y}</span>  "
    words = "not open yet" if row.STATE == "not open yet" and not row.ENROLLED else f"<b>{row.ENROLLED}</b>"
    return opened + words + changed(row.SINCE)


def _site_population(table: DataFrame) -> str:
    closed = int((table["STATE"] == "not open yet").sum())
    enrolling = int((table["ENROLLED"] > 0).sum())
    words = (
        f"{counted(int(table['SCREENED'].sum()), 'subject')} screened, {int(table['ENROLLED'].sum())} enrolled at "
        f"{enrolling} of {counted(len(table), 'site')}."
    )
    return words + (f" {counted(closed, 'site')} not open by the data cut." if closed else "")

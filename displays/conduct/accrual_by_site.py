"""Accrual by site, in the order of opening."""

from __future__ import annotations

from pandas import DataFrame, Series, isna

from displays.conduct.accrual import nobody_enrolled
from displays.display import Display, display
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
NO_SITE = "Site not given"
"""The subjects without a site: no site, and so neither open nor closed."""


def accrual_by_site(view: View) -> Display:
    """Subjects enrolled at each site, in the order of opening; sites without a subject included."""
    sites, before = view.ask("accrual_by_site"), view.ask_previous("accrual_by_site")
    table = compare_numbers(sites, before, ("SITEID",), "ENROLLED")
    table = table.assign(
        SITENAM=table["SITENAM"].fillna(NO_SITE),
        FRACTION=_of_the_most(table["ENROLLED"]),
        STATE=[_state(row, view) for row in table.itertuples()],
    )
    if table.empty or len(view.cut.table("adsl")) == 0:
        return nobody_enrolled(view, *ACCRUAL_BY_SITE)
    return display(
        view,
        *ACCRUAL_BY_SITE,
        finding=_site_words(table),
        table=table,
        labels=BY_SITE,
        brief=("SITENAM", "OPENDT", "ENROLLED", "SCREENED", "SINCE", "STATE"),
        bars={"ENROLLED": "FRACTION"},
        population=_site_population(table),
        method="Sites are listed in the order in which they opened; opening dates are those of the trial definition.",
        source="DM, DS; sites of the trial's definition." if len(view.trial.content.get("site", ())) else "DM, DS.",
        questions=("accrual_by_site",),
        audience="open",
    )


def _of_the_most(numbers: Series) -> Series:
    """Each site's number as a share of the largest."""
    return numbers / max(numbers.max(), 1)


def _state(row, view: View) -> str:
    if isna(row.SITEID):
        return "not known"
    if isna(row.OPENDT):
        return "opening date not defined"
    if row.OPENDT.date() > view.cut.date:
        return "not open yet"
    return "opened since the previous cut" if view.previous and row.OPENDT.date() > view.previous.date else "open"


def _site_words(table: DataFrame) -> list[str]:
    opened = table[~table["STATE"].isin(["not open yet", "not known"])]
    unknown = int(table.loc[table["SITEID"].isna(), "ENROLLED"].sum())
    enrolling = opened[opened["ENROLLED"] > 0]
    most = opened.loc[opened["ENROLLED"].idxmax()] if len(opened) else None
    words = (
        f"{len(enrolling)} of {counted(len(opened), 'open site')} {'has' if len(enrolling) == 1 else 'have'} "
        f"enrolled {counted(int(table['ENROLLED'].sum()) - unknown, 'subject')}"
    )
    if len(enrolling) > 1:
        words += f"; most at {most['SITENAM']} ({most['ENROLLED']})"
    new = [row.SITENAM for row in table.itertuples() if row.STATE == "opened since the previous cut"]
    return [
        f"{words}.",
        f"The site of {counted(unknown, 'subject')} is not known." if unknown else "",
        f"Opened since the previous cut: {listed(new)}." if new else "",
    ]


def _site_population(table: DataFrame) -> str:
    sites = table[table["SITEID"].notna()]
    closed = int((sites["STATE"] == "not open yet").sum())
    enrolling = int((sites["ENROLLED"] > 0).sum())
    unknown = int(table["ENROLLED"].sum() - sites["ENROLLED"].sum())
    words = (
        f"{counted(int(table['SCREENED'].sum()), 'subject')} screened, {int(table['ENROLLED'].sum())} enrolled at "
        f"{enrolling} of {counted(len(sites), 'site')}{f', {unknown} of them at a site not given' if unknown else ''}."
    )
    return words + (f" {counted(closed, 'site')} not open by the data cut." if closed else "")

"""Accrual by site, in the order of opening; in an open session sites of one to four subjects stand together."""

from __future__ import annotations

from pandas import DataFrame, Series, isna

from displays.conduct.accrual import nobody_enrolled
from displays.display import Display, display
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of

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
POOLED = (
    " In the open session sites with one to four enrolled subjects stand together, with as many of the next larger as "
    "bring them to five; of a site nothing but enrolment is told."
)
"""The subjects without a site: no site, and so neither open nor closed."""


def accrual_by_site(view: View) -> Display:
    """Subjects enrolled at each site, in the order of opening; sites without a subject included."""
    sites, before = view.ask("accrual_by_site"), view.ask_previous("accrual_by_site")
    if view.open_session:  # other sites may have stood together then
        before = None
    table = compare_numbers(sites, before, ("SITEID",), "ENROLLED")
    table = table.assign(
        SITENAM=table["SITENAM"].fillna(NO_SITE),
        FRACTION=_of_the_most(table["ENROLLED"]),
        STATE=[_state(row, view) for row in rows_of(table)],
    )
    if "NSITES" not in table:
        table["NSITES"] = 1
    if table.empty or not view.cut.has_subjects:
        return nobody_enrolled(view, *ACCRUAL_BY_SITE)
    return display(
        view,
        *ACCRUAL_BY_SITE,
        finding=_site_words(table),
        table=table,
        labels={name: words for name, words in BY_SITE.items() if name in table},
        brief=tuple(name for name in ("SITENAM", "OPENDT", "ENROLLED", "SCREENED", "SINCE", "STATE") if name in table),
        bars={"ENROLLED": "FRACTION"},
        population=_site_population(table),
        method="Sites are listed in the order in which they opened; opening dates are those of the trial definition."
        + (POOLED if view.open_session else ""),
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
    if getattr(row, "NSITES", 1) > 1:
        return f"{row.NSITES} sites together"
    if isna(row.OPENDT):
        return "opening date not defined"
    if row.OPENDT.date() > view.cut.date:
        return "not open yet"
    return "opened since the previous cut" if view.previous and row.OPENDT.date() > view.previous.date else "open"


def _site_words(table: DataFrame) -> list[str]:
    opened = table[~table["STATE"].isin(["not open yet", "not known"])]
    unknown = int(table.loc[table["SITEID"].isna(), "ENROLLED"].sum())
    enrolling = opened[opened["ENROLLED"] > 0]
    apart = opened[opened["NSITES"] == 1]
    most = apart.loc[apart["ENROLLED"].idxmax()] if len(apart) else None
    words = (
        f"{enrolling['NSITES'].sum()} of {counted(int(opened['NSITES'].sum()), 'open site')} "
        f"{'has' if enrolling['NSITES'].sum() == 1 else 'have'} "
        f"enrolled {counted(int(table['ENROLLED'].sum()) - unknown, 'subject')}"
    )
    if len(enrolling) > 1 and most is not None and most["ENROLLED"]:
        words += f"; most at {most['SITENAM']} ({most['ENROLLED']})"
    new = [row.SITENAM for row in rows_of(table) if row.STATE == "opened since the previous cut"]
    return [
        f"{words}.",
        f"The site of {counted(unknown, 'subject')} is not known." if unknown else "",
        f"Opened since the previous cut: {listed(new)}." if new else "",
    ]


def _enrolled(table: DataFrame) -> str:
    number = int(table["ENROLLED"].sum())
    return str(number) if "SCREENED" in table else counted(number, "subject")


def _site_population(table: DataFrame) -> str:
    sites = table[table["SITEID"].notna()]
    closed = int((sites["STATE"] == "not open yet").sum())
    enrolling = int(sites.loc[sites["ENROLLED"] > 0, "NSITES"].sum())
    unknown = int(table["ENROLLED"].sum() - sites["ENROLLED"].sum())
    screened = f"{counted(int(table['SCREENED'].sum()), 'subject')} screened, " if "SCREENED" in table else ""
    words = (
        f"{screened}{_enrolled(table)} enrolled at {enrolling} of "
        f"{counted(int(sites['NSITES'].sum()), 'site')}{f', {unknown} of them at a site not given' if unknown else ''}."
    )
    return words + (f" {counted(closed, 'site')} not open by the data cut." if closed else "")

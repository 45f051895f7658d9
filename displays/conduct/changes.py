"""Changes in the records already delivered, by domain.

In an open session not how many were added in new subjects: of few new subjects that is a result.
"""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, day, display
from displays.groups import HELD_BACK, NOBODY
from displays.words import counted
from queries import View

DOMAINS = {
    "DM": "Demographics",
    "EX": "Infusions",
    "AE": "Adverse events",
    "LB": "Laboratory",
    "EG": "Electrocardiograms",
    "CV": "Echocardiograms",
    "RS": "Responses",
    "DS": "Disposition",
    "MH": "Medical history",
    "CM": "Medicines",
    "PR": "Procedures",
    "PC": "Concentrations",
    "VS": "Vital signs",
    "SV": "Visits",
    "DV": "Protocol deviations",
    "SUPPAE": "Adverse event flags",
    "SUPPDM": "Cohorts",
}
LABELS = {
    "DOMAIN": "Domain",
    "NAME": "Records of",
    "BEFORE": "Previous cut",
    "ADDED": "Added",
    "ADDEDNEW": "Added in new subjects",
    "CHANGED": "Changed",
    "WITHDRAWN": "Withdrawn",
    "NOW": "This cut",
}
NO_CUT = "No earlier cut was chosen, so there is nothing to compare with."
RECORDS_CHANGED = ("records_changed", "Changes in records already delivered")


def records_changed(view: View) -> Display:
    """Records added, changed and withdrawn since the previous meeting, by domain."""
    if view.previous is None:
        return blank(view, *RECORDS_CHANGED, NO_CUT, audience="open")
    if "records" in view.held:
        return blank(view, *RECORDS_CHANGED, HELD_BACK, audience="open")
    table, judged = view.records_changed()
    table.insert(1, "NAME", [DOMAINS.get(domain, domain) for domain in table["DOMAIN"]])
    touched = table["CHANGED"] + table["WITHDRAWN"]
    # those with most changes first, else in the order of their names, which the counts are in
    table = table.loc[touched.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    return display(
        view,
        *RECORDS_CHANGED,
        finding=_finding(view, table, judged),
        table=table,
        labels={name: words for name, words in LABELS.items() if name in table},
        brief=("NAME", "BEFORE", "CHANGED", "WITHDRAWN", "ADDED", "NOW"),
        population=_population(table),
        method="A record is known by its subject and sequence number; where a subject's records were renumbered, by "
        "unchanged content, then by test or term and date. Changed: any variable that the dashboard reads. "
        "Demographics and open events change as subjects go on (end dates, outcomes).",
        source="All delivered domains of both cuts.",
        questions=("record_digests", view.question("overview_records", groups=None), "overview_judgements"),
        audience="open",
    )


def _finding(view: View, table: DataFrame, judged: int) -> str:
    if table.empty:
        return NOBODY if view.filters.any_set else "Neither cut holds a record."
    changed, withdrawn, added = (int(table[column].sum()) for column in ("CHANGED", "WITHDRAWN", "ADDED"))
    before, on = int(table["BEFORE"].sum()), day(view.previous.date)
    if not before:
        return (
            f"Nothing of these subjects was delivered by {on}; {counted(added, 'record')} {_were(added)} added since."
        )
    return (
        f"Of {before:,} records delivered by {on}, {changed:,} {_were(changed)} changed and {withdrawn:,} withdrawn; "
        f"{added:,} {_were(added)} added; {_readjudicated(judged)}."
    )


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _readjudicated(number: int) -> str:
    if not number:
        return "no DLT adjudication was changed"
    return f"{counted(number, 'adverse event')} {_were(number)} re-adjudicated for DLT"


def _population(table: DataFrame) -> str:
    known = table[table["BEFORE"] > 0]
    words = "Every record of the selected subjects in both cuts"
    if known.empty:
        return words + "."
    same = int((known["CHANGED"] + known["WITHDRAWN"] == 0).sum())
    return f"{words}; nothing was changed or withdrawn in {same} of {counted(len(known), 'domain')} delivered before."

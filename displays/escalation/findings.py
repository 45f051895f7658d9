"""What the load found that could change a decision, in a few sentences; the Data page has all of it."""

from __future__ import annotations

from pandas import DataFrame

from displays.data.findings import CHECK_KEY, LEFT_OUT_LABELS, compared_findings, news
from displays.data.whole import whole_cut
from displays.display import Display
from displays.escalation.findings_words import said_of_findings
from displays.words import sentence
from queries import View
from queries.frames import rows_of

LABELS = LEFT_OUT_LABELS | {"WHAT": "What was found"}
KEY = tuple(column for column in CHECK_KEY if column != "WEIGHT")


def findings_that_decide(view: View) -> Display:
    """What in the delivered data could change a decision on the dose, until the sponsor has answered."""
    table = deciding_findings(view)
    return whole_cut(
        view,
        "findings_that_decide",
        title="Data that could change a decision",
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        method="Data-quality findings of the heaviest weight: of a DLT, its window or evaluation, a dose, a death or a "
        "stopping rule, or that the delivery is not whole. Each is counted as its text says until the sponsor has "
        "answered. The Data page has all findings.",
        questions=("findings_that_decide",),
        formats={"NRECS": "integer"},
    )


def deciding_findings(view: View) -> DataFrame:
    """The findings of the load that could change a decision, with SINCE and PREVIOUS."""
    return compared_findings(view, "findings_that_decide", KEY)


def without_supplements(table: DataFrame) -> DataFrame:
    """The findings without those of a supplemental dataset (SUPPAE) that the same check has of its parent (AE) in as
    many records or more: one record that is gone takes its supplemental values with it."""
    of_parent = {(row.DATASET, row.CHECKID): row.NRECS for row in rows_of(table)}

    def repeats(row) -> bool:
        name = str(row.DATASET or "")
        return name.startswith("SUPP") and of_parent.get((name.removeprefix("SUPP"), row.CHECKID), 0) >= row.NRECS

    return table[[not repeats(row) for row in rows_of(table)]] if len(table) else table


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return ["No data-quality finding of this cut changes a decision."]
    said, more = said_of_findings(table)
    rest = f"and {more} more in the table" if more else ""
    fresh = news(view, table).removeprefix("; ")
    return [sentence(part) for part in (*said, rest, f"findings: {fresh}" if fresh else "") if part]

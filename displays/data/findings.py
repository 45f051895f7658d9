"""What was found in the delivered data, by what it could change; what was left out; what could not be graded."""

from __future__ import annotations

from pandas import DataFrame

from displays.data.whole import whole_cut
from displays.display import Display, day
from displays.since import SINCE_LABELS, compare
from displays.words import counted, listed, sentence
from queries import View
from queries.weights import WEIGHTS, of_each_weight

REPORT = (
    "Each check is a question in SQL (ingest/checks), asked when the cut was made; the count is of records, examples "
    "are the first three."
)
WEIGHED = (
    "Weight: what could change if the record were otherwise. A decision: a DLT, its window or evaluation, a dose, a "
    "death, a stopping rule, or whether the delivery is whole. A number: any other count or value that is shown. For "
    "information: how the data were read."
)
OF_KIND = "Left out: in no display. Doubtful: counted as delivered; the sponsor should be asked. Note: how it was read."
LEFT_OUT_LABELS = {
    "DATASET": "Dataset",
    "WHAT": "Why it is left out",
    "NRECS": "Records",
    "EXAMPLES": "First examples",
    "ACTION": "What to do",
} | SINCE_LABELS
FINDING_LABELS = {"WEIGHTNAM": "Weight", "KIND": "Kind"} | LEFT_OUT_LABELS | {"WHAT": "What was found"}
NOT_GRADED_LABELS = {
    "PARAMCD": "Test",
    "PARAM": "Name",
    "AVALU": "Unit",
    "ATERM": "CTCAE term",
    "WHY": "Why it has no grade",
    "NROWS": "Values",
    "NSUBJ": "Subjects",
} | SINCE_LABELS
KINDS = {"left out": "Left out", "doubtful": "Doubtful", "note": "Note"}
CHECK_KEY = ("WEIGHT", "DATASET", "CHECKID", "WHAT")
GRADING_KEY = ("PARAMCD", "AVALU", "ATERM", "WHY")


def left_out(view: View) -> Display:
    """What was delivered and is not counted in any display, and why."""
    table = compared_findings(view, "data_left_out")
    return whole_cut(
        view,
        "left_out",
        title="What was left out, and why",
        finding=_left_out_finding(view, table),
        table=table,
        labels=LEFT_OUT_LABELS,
        method=REPORT,
        questions=("data_left_out",),
        formats={"NRECS": "integer"},
    )


def _left_out_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return "Nothing that was delivered is left out."
    records = int(table["NRECS"].sum())
    words = f"{counted(records, 'record')} {'is' if records == 1 else 'are'} left out, wholly or in part"
    return sentence(f"{words}, for {counted(len(table), 'reason')}{news(view, table)}")


def ingest_findings(view: View) -> Display:
    """Everything that the load found in the delivered data: what it left out, what it doubted, how it was read."""
    table = compared_findings(view, "data_findings")
    named = {"WEIGHTNAM": table["WEIGHT"].map(WEIGHTS), "KIND": table["SEVERITY"].map(KINDS)}
    return whole_cut(
        view,
        "ingest_findings",
        title="Data-quality findings",
        finding=_quality_finding(view, table),
        table=table.assign(**named),
        narrow="WEIGHTNAM",
        labels=FINDING_LABELS,
        method=f"{WEIGHED} {OF_KIND} {REPORT}",
        questions=("data_findings",),
        formats={"NRECS": "integer"},
    )


def _quality_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return "Nothing in the delivered data is doubtful, left out or read in a way of its own."
    parts = of_each_weight(table["WEIGHT"].value_counts().to_dict())
    return sentence(f"{counted(len(table), 'finding')}: {listed(parts)}{news(view, table)}")


def labs_not_graded(view: View) -> Display:
    """Which laboratory values have no CTCAE grade, and why: they are in no count of grades."""
    table = _compared(view, "lab_grading_gaps", GRADING_KEY, "NROWS")
    return whole_cut(
        view,
        "labs_not_graded",
        title="Laboratory values that could not be graded",
        finding=_grading_finding(view, table),
        table=table,
        labels=NOT_GRADED_LABELS,
        method=f"CTCAE v{view.trial.ctcae_version}. A test with a term for low and one for high values is graded "
        "twice. A missing unit, normal limit or baseline is never guessed.",
        questions=("lab_grading_gaps",),
        formats={"NROWS": "integer", "NSUBJ": "integer"},
    )


def _grading_finding(view: View, table: DataFrame) -> str:
    termed = table["ATERM"].notna()
    ungraded, without = (int(table.loc[rows, "NROWS"].sum()) for rows in (termed, ~termed))
    words = "Every laboratory value with a CTCAE term was graded"
    if termed.any():
        reasons = counted(table.loc[termed, "WHY"].nunique(), "reason")
        words = f"{counted(ungraded, 'grading')} of laboratory values could not be made ({reasons})"
    verb = "has" if without == 1 else "have"
    return sentence(f"{words}; {counted(without, 'value')} {verb} no CTCAE term to be graded by{news(view, table)}")


def compared_findings(view: View, question: str, key: tuple[str, ...] = CHECK_KEY) -> DataFrame:
    """The findings that a question asks for, beside those of the previous cut."""
    return _compared(view, question, key, "NRECS")


def _compared(view: View, question: str, key: tuple[str, ...], number: str) -> DataFrame:
    """The answer with SINCE, new or with another count than at the previous cut, and that count as PREVIOUS."""
    before = view.previous.ask(question) if view.previous else None
    return compare(view.cut.ask(question), before, key, lambda row: f"{int(getattr(row, number)):,}").rows


def news(view: View, table: DataFrame) -> str:
    """ "; 2 new since 30 Nov 2007"; "" where no cut is compared."""
    new = int((table["SINCE"] == "new").sum())
    return f"; {new or 'none'} new since {day(view.previous_date)}" if view.previous else ""

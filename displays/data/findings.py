"""What the load left out, what it doubted, and which laboratory values could not be graded."""

from __future__ import annotations

from pandas import DataFrame

from displays.data.whole import whole_cut
from displays.display import Display, day
from displays.since import SINCE_LABELS, compare
from displays.words import counted, sentence
from queries import View

REPORT = (
    "Each check is a question in SQL (ingest/checks), asked when the cut was made; the count is of records, examples "
    "are the first three."
)
LEFT_OUT_LABELS = {
    "DATASET": "Dataset",
    "WHAT": "Why it is left out",
    "NRECS": "Records",
    "EXAMPLES": "First examples",
    "ACTION": "What to do",
} | SINCE_LABELS
FINDING_LABELS = {"KIND": "Kind"} | LEFT_OUT_LABELS | {"WHAT": "What was found"}
NOT_GRADED_LABELS = {
    "PARAMCD": "Test",
    "PARAM": "Name",
    "AVALU": "Unit",
    "ATERM": "CTCAE term",
    "WHY": "Why it has no grade",
    "NROWS": "Values",
    "NSUBJ": "Subjects",
} | SINCE_LABELS
KINDS = {"doubtful": "Doubtful", "note": "Note"}
CHECK_KEY = ("DATASET", "CHECKID", "WHAT")
GRADING_KEY = ("PARAMCD", "AVALU", "ATERM", "WHY")


def left_out(view: View) -> Display:
    """What was delivered and is not counted in any display, and why."""
    table = _compared(view, "data_left_out", CHECK_KEY, "NRECS")
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
    return sentence(f"{words}, for {counted(len(table), 'reason')}{_news(view, table)}")


def ingest_findings(view: View) -> Display:
    """What the load doubted in the delivered data though it is counted, and how it was read."""
    table = _compared(view, "data_findings", CHECK_KEY, "NRECS")
    return whole_cut(
        view,
        "ingest_findings",
        title="Data-quality findings",
        finding=_quality_finding(view, table),
        table=table.assign(KIND=table["SEVERITY"].map(KINDS)),
        labels=FINDING_LABELS,
        method=f"Doubtful: counted as delivered; the sponsor should be asked. Note: how it was read. {REPORT}",
        questions=("data_findings",),
        formats={"NRECS": "integer"},
    )


def _quality_finding(view: View, table: DataFrame) -> str:
    doubtful = table[table["SEVERITY"] == "doubtful"]
    records = counted(int(doubtful["NRECS"].sum()), "doubtful record")
    notes = f"{counted(len(table) - len(doubtful), 'note')} on how the data were read{_news(view, table)}"
    return sentence(f"{records} ({counted(len(doubtful), 'kind')}), counted as delivered; {notes}")


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
    return sentence(f"{words}; {counted(without, 'value')} {verb} no CTCAE term to be graded by{_news(view, table)}")


def _compared(view: View, question: str, key: tuple[str, ...], number: str) -> DataFrame:
    """The answer with SINCE, new or with another count than at the previous cut, and that count as PREVIOUS."""
    before = view.previous.ask(question) if view.previous else None
    return compare(view.cut.ask(question), before, key, lambda row: f"{int(getattr(row, number)):,}").rows


def _news(view: View, table: DataFrame) -> str:
    new = int((table["SINCE"] == "new").sum())
    return f"; {new or 'none'} new since {day(view.previous_date)}" if view.previous else ""

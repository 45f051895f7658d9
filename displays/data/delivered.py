"""The data behind the board's numbers: files, datasets received and not received, data-quality findings, and what each table is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pandas import DataFrame

import queries
from displays.data.defaults import defaults_in_words
from displays.display import Display, day, display
from displays.words import counted, listed
from queries import View

POPULATION = "Everything delivered for this data cut; filters do not apply here."
REPORT = "Each check is a query in SQL (ingest/checks), run when the cut was made; counts are of records, and the examples are the first three."
FILE_LABELS = {
    "FILENAME": "File",
    "FORMAT": "Format",
    "DATASET": "Dataset",
    "NROWS": "Rows",
    "NCOLS": "Columns",
    "NBYTES": "Bytes",
    "ENCODING": "Text encoding",
    "STATUS": "Read",
    "SHA256": "SHA-256",
}
DOMAIN_LABELS = {
    "DATASET": "Dataset",
    "USEDFOR": "What it holds",
    "STATUS": "Status",
    "NROWS": "Records",
    "BEFORE": "Previous cut",
    "CHANGE": "Change",
}
FINDING_LABELS = {
    "KIND": "Kind",
    "DATASET": "Dataset",
    "WHAT": "What was found",
    "NRECS": "Records",
    "CHANGED": "Since the previous cut",
    "EXAMPLES": "First examples",
    "ACTION": "What to do",
}
LEFT_OUT_LABELS = {label: text for label, text in FINDING_LABELS.items() if label != "KIND"} | {
    "WHAT": "Why it is left out"
}
NOT_GRADED_LABELS = {
    "PARAMCD": "Test",
    "PARAM": "Name",
    "AVALU": "Unit",
    "ATERM": "CTCAE term",
    "WHY": "Why it has no grade",
    "NROWS": "Values",
    "NSUBJ": "Subjects",
    "CHANGED": "Since the previous cut",
}
KINDS = {"doubtful": "Doubtful", "note": "Note"}


def delivered_files(view: View) -> Display:
    """Which files this cut was made of, each with the hash that identifies it."""
    table = view.cut.ask("data_files")
    unread = int((table["STATUS"] != "read").sum())
    finding = f"{counted(len(table) - unread, 'file').capitalize()} read"
    finding += (
        f", with {int(table['NROWS'].fillna(0).sum()):,} records"
        if len(table)
        else ": this cut was made of tables, not of files"
    )
    finding += f"; {counted(unread, 'file')} not read." if unread else "."
    table["DATASET"] = table["DATASET"].str.upper()
    return _display(
        view,
        "delivered_files",
        title="The files this cut was made of",
        finding=finding,
        table=table,
        labels=FILE_LABELS,
        method="SHA-256 of each file as delivered: files with the same hash are identical, byte for byte.",
        questions=("data_files",),
        formats={"NROWS": "integer", "NCOLS": "integer", "NBYTES": "integer"},
    )


def delivered_domains(view: View) -> Display:
    """Datasets received and not received, beside the previous cut."""
    table = view.cut.ask("data_domains")
    table["BEFORE"], table["CHANGE"] = _before(view, table)
    came = table[table["NROWS"] > 0]
    missing = [row.DATASET for row in table.itertuples() if row.NROWS == 0]
    finding = f"{counted(len(came), 'dataset').capitalize()} received, with {int(came['NROWS'].sum()):,} records. "
    finding += (
        f"Not delivered, or without records: {listed(missing)}."
        if missing
        else "Every dataset that a display uses was received."
    )
    return _display(
        view,
        "delivered_domains",
        title="Datasets received",
        finding=finding,
        table=table,
        labels=DOMAIN_LABELS,
        method="Records as delivered, before anything is left out. Where a display needs a dataset that was not received, it says that the dataset was not collected.",
        questions=("data_domains",),
        formats={"NROWS": "integer", "BEFORE": "integer"},
    )


def _before(view: View, table: DataFrame) -> tuple[list, list[str]]:
    if view.previous is None:
        return [None] * len(table), [""] * len(table)
    earlier = view.previous.ask("data_domains").set_index(["DATASET", "SCHEMANAM"])["NROWS"].to_dict()
    before = [_records(earlier, row) for row in table.itertuples()]
    return before, [_signed(int(now) - was) for now, was in zip(table["NROWS"], before, strict=True)]


def _records(earlier: dict, row) -> int:
    return int(
        next(
            (
                n
                for (name, schema), n in earlier.items()
                if name == row.DATASET and (schema == row.SCHEMANAM or not n or not row.NROWS)
            ),
            0,
        )
    )


def _signed(difference: int) -> str:
    return f"{'+' if difference > 0 else '−'}{abs(difference):,}" if difference else ""


def left_out(view: View) -> Display:
    """What was delivered and is counted in no display, and why."""
    table = _compared(view, "data_left_out")
    records = int(table["NRECS"].sum())
    if len(table):
        finding = f"{counted(records, 'record').capitalize()} {'is' if records == 1 else 'are'} left out, wholly or in part, for {counted(len(table), 'reason')}{_news(view, table)}."
    else:
        finding = "Nothing that was delivered is left out."
    return _display(
        view,
        "left_out",
        title="What was left out, and why",
        finding=finding,
        table=table,
        labels=LEFT_OUT_LABELS,
        method=REPORT,
        questions=("data_left_out",),
        formats={"NRECS": "integer"},
    )


def labs_not_graded(view: View) -> Display:
    """Which laboratory values have no CTCAE grade, and why: they are not in any count of grades."""
    table = _compared(view, "lab_grading_gaps", key=["PARAMCD", "AVALU", "ATERM", "WHY"], number="NROWS")
    termed = table[table["ATERM"].notna()]
    without = int(table["NROWS"].sum() - termed["NROWS"].sum())
    if len(termed):
        finding = f"{counted(int(termed['NROWS'].sum()), 'grading').capitalize()} of laboratory values could not be made ({counted(termed['WHY'].nunique(), 'reason')})"
    else:
        finding = "Every laboratory value with a CTCAE term was graded"
    finding += f"; {counted(without, 'value')} {'has' if without == 1 else 'have'} no CTCAE term{_news(view, table)}."
    return _display(
        view,
        "labs_not_graded",
        title="Laboratory values that could not be graded",
        finding=finding,
        table=table,
        labels=NOT_GRADED_LABELS,
        method=f"CTCAE v{view.trial.ctcae_version}. A test with one term for low and one for high values is graded twice. A missing unit, normal limit or baseline is never guessed.",
        questions=("lab_grading_gaps",),
        formats={"NROWS": "integer", "NSUBJ": "integer"},
    )


def ingest_findings(view: View) -> Display:
    """Data-quality findings on records that are counted, and notes on how the data were read."""
    table = _compared(view, "data_findings")
    table["KIND"] = [KINDS[severity] for severity in table["SEVERITY"]]
    doubtful = table[table["SEVERITY"] == "doubtful"]
    finding = f"{counted(int(doubtful['NRECS'].sum()), 'doubtful record').capitalize()} ({counted(len(doubtful), 'kind')}), counted as delivered"
    finding += f"; {counted(len(table) - len(doubtful), 'note')} on how the data were read{_news(view, table)}."
    return _display(
        view,
        "ingest_findings",
        title="Data-quality findings",
        finding=finding,
        table=table,
        labels=FINDING_LABELS,
        method=f"Doubtful: counted as delivered; the sponsor should be asked. Note: how the data were read. {REPORT}",
        questions=("data_findings",),
        formats={"NRECS": "integer"},
    )


def _compared(
    view: View, question: str, key: Iterable[str] = ("DATASET", "CHECKID", "WHAT"), number: str = "NRECS"
) -> DataFrame:
    """The answer with CHANGED: new since the previous cut, or with another count."""
    now = view.cut.ask(question)
    earlier = dict(_counts(view.previous.ask(question), key, number)) if view.previous else None
    return now.assign(CHANGED=[_changed(earlier, *each) for each in _counts(now, key, number)])


def _counts(table: DataFrame, key: Iterable[str], number: str) -> list[tuple[tuple, int]]:
    # a blank part of a key is text: missing values are not equal to each other
    keys = table[list(key)].astype("str").fillna("").itertuples(index=False, name=None)
    return list(zip(keys, table[number].astype(int), strict=True))


def _changed(earlier: dict | None, key: tuple, count: int) -> str:
    if earlier is None:
        return ""
    if key not in earlier:
        return "new"
    return f"changed (was {int(earlier[key]):,})" if earlier[key] != count else ""


def _news(view: View, table: DataFrame) -> str:
    if view.previous is None:
        return ""
    new = int((table["CHANGED"] == "new").sum())
    return f"; {new if new else 'none'} new since {day(view.previous.date)}"


def assumptions(view: View) -> Display:
    """What the trial definition assumes, since no published source states it."""
    trial = view.trial
    table = DataFrame([(about, text) for about, text in trial.assumptions.items()], columns=["ABOUT", "ASSUMED"])
    if not trial.defined:
        finding = "No trial definition was given: the groups are the arms as delivered, and test codes are CDISC's."
    else:
        finding = f"{counted(len(table), 'assumption').capitalize()} of the trial definition {'is' if len(table) == 1 else 'are'} in no published source."
    return _display(
        view,
        "assumptions",
        title="Assumptions",
        finding=finding,
        table=table,
        labels={"ABOUT": "Setting of trial.toml", "ASSUMED": "Assumption"},
        method="The trial definition (trial.toml) is kept inside the data cut; to change an assumption, change it there and make a new cut."
        + defaults_in_words(trial),
        questions=(),
    )


def making(view: View) -> Display:
    """How the cut was made: date, source, trial definition, software."""
    table = view.cut.ask("data_making")
    software = dict(zip(table["NAME"], table["SETTING"], strict=True))
    return _display(
        view,
        "making",
        title="How this cut was made",
        finding=f"Data as of {day(view.cut.date)}, made on {software.get('Made at (UTC)', 'an unknown day')} (UTC) with DuckDB {software.get('duckdb', 'of unknown version')}.",
        table=table,
        labels={"NAME": "What", "SETTING": "Value"},
        method="A data cut is one file that is never changed after it has been made; it contains the trial definition."
        + defaults_in_words(view.trial),
        questions=("data_making",),
    )


def table_dictionary(view: View) -> Display:
    """What each analysis table and each of its columns is."""
    table = view.cut.ask("data_columns")
    words = dictionary()
    table["GRAIN"] = [words.get(name.lower(), {}).get("grain", "") for name in table["TABNAME"]]
    table["LABEL"] = [words.get(row.TABNAME.lower(), {}).get(row.VARIABLE, "") for row in table.itertuples()]
    return _display(
        view,
        "table_dictionary",
        title="Dictionary of the analysis tables",
        finding=f"{counted(table['TABNAME'].nunique(), 'analysis table').capitalize()} with {counted(len(table), 'column')}, with ADaM's names.",
        table=table,
        labels={"TABNAME": "Table", "GRAIN": "One row is", "VARIABLE": "Column", "LABEL": "What it is", "TYPE": "Type"},
        method="Each table is made by one SQL file of queries/staging.",
        questions=("data_columns",),
    )


@lru_cache
def dictionary() -> dict[str, dict[str, str]]:
    """Analysis table → its grain and the label of each column."""
    return tomllib.loads((Path(queries.__file__).parent / "dictionary.toml").read_text(encoding="utf-8"))


def _display(view: View, name: str, questions: Iterable[str], **parts) -> Display:
    unfiltered = View(view.cut, view.previous)
    if view.previous is None:
        parts["labels"] = {
            column: label for column, label in parts["labels"].items() if column not in ("BEFORE", "CHANGE", "CHANGED")
        }
    return display(
        unfiltered,
        name,
        population=POPULATION,
        source="",
        questions=tuple(questions),
        collected=len(parts["table"]) > 0,
        **parts,
    )

"""One subject's course: infusions, adverse events, blood counts, heart and response on one axis of study days."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.display import Display, blank, day, display
from displays.groups import everybody, present
from displays.since import SINCE_LABELS, Compared, compare, since
from displays.subject.figure import course_figure
from displays.subject.known import ALONE, known, unknown
from displays.subject.notes import worded
from displays.subject.style import unit_words
from displays.words import counted, exactly, listed, on_day, sentence
from queries import View

LABELS = {
    "PANEL": "Part",
    "TRACE": "What",
    "ADT": "Date",
    "ADY": "Day",
    "AENDY": "Last day",
    "AVALQ": "Limit",
    "AVAL": "Value",
    "AVALU": "Unit",
    "GRADE": "CTCAE grade",
    "MARK": "Mark",
    "NOTE": "Note",
    "LOLIM": "Lower limit of normal",
    "UPLIM": "Upper limit of normal",
} | SINCE_LABELS
KEY = ("PANEL", "TRACE", "ADT", "SEQ")
PARTS = {
    "Infusions": "infusions",
    "Adverse events": "adverse events",
    "Neutrophils": "neutrophils",
    "Platelets": "platelets",
    "Haemoglobin": "haemoglobin",
    "Marrow blasts": "marrow blasts",
    "LVEF": "LVEF",
    "Shortening fraction": "shortening fraction",
    "Troponin": "troponin",
    "NT-proBNP": "NT-proBNP",
    "Response": "response",
}
"""The parts of a course, and how each is named within a sentence."""
CUT = "Data cut"
"""The trace of the cut's own date: no event of the subject."""


SUBJECT_COURSE = ("subject_course", "Course")


def subject_course(view: View, subject: str) -> Display:
    """What happened to this subject, day by day, from treatment to heart and response."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *SUBJECT_COURSE, subject)
    compared = _compared(view, subject)
    table = compared.rows
    drawn = table[table["ADY"].notna() & (table["TRACE"] != CUT)]
    if drawn.empty:
        reason = "No infusion, so there are no study days to draw."
        return blank(view, *SUBJECT_COURSE, reason, population="No records.")
    return display(
        view,
        *SUBJECT_COURSE,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        figure=course_figure(view, table),
        population=" ".join(filter(None, [*_population(table, drawn), _news(view, subject, compared)])),
        method="Day 1 is the day of the first infusion; there is no day 0. Shaded: the DLT window. Grades of blood "
        f"counts: CTCAE v{view.trial.ctcae_version} from the value (low side); of adverse events: as the site reported "
        "them. Neutrophils, platelets, troponin and NT-proBNP on a logarithmic scale, where a value of 0 is drawn at "
        "the lower edge; an open triangle is a value below (or above) the limit of the assay. Of several values on a "
        "day, the last (heart: the investigator's, then the worse).",
        source="adex, adae, adlb, adcv, adrs, adsl.",
        questions=(view.question("subject_timeline", usubjid=subject),),
        formats={"ADT": "date"},
    )


def _compared(view: View, subject: str) -> Compared:
    """The rows beside the previous cut's; the cut's own date is never marked, nor the rows of a subject that is new."""
    now, before = (worded(ask("subject_timeline", usubjid=subject)) for ask in (view.ask, view.ask_previous))
    found = compare(now, None if before is None or before.empty else before, KEY, _state)
    own = found.rows["TRACE"] != CUT
    marks = {column: found.rows[column].where(own, "") for column in ("SINCE", "PREVIOUS")}
    return replace(found, rows=found.rows.assign(**marks), gone=found.gone[found.gone["TRACE"] != CUT])


def _state(row) -> str:
    sign = row.AVALQ if present(row.AVALQ) else ""
    value = f"{sign}{exactly(row.AVAL, 3)} {row.AVALU}" if present(row.AVAL) else ""
    grade = f"grade {int(row.GRADE)}" if present(row.GRADE) else ""
    last = f"to day {int(row.AENDY)}" if present(row.AENDY) else ""
    notes = [text for text in (row.MARK, row.NOTE) if present(text)]
    return ", ".join(filter(None, [value, grade, last, *notes]))


def _finding(table: DataFrame) -> list[str]:
    infusions = table[table["PANEL"] == "Infusions"]
    given = "No infusion"
    if len(infusions):
        given = f"{counted(len(infusions), 'infusion')} from day {_first(infusions)} to day {_last(infusions)}"
    words = [_lowest(table[table["TRACE"] == trace]) for trace in ("Neutrophils", "Platelets")]
    ends = table[(table["PANEL"] == "Milestones") & table["TRACE"].isin(["Transplant", "Death"])]
    words += [f"{row.TRACE.lower()} on {on_day(row.ADY)}" for row in ends.itertuples()]
    told = "; ".join(filter(None, words))
    return [f"{given}.", sentence(told) if told else ""]


def _first(rows: DataFrame):
    return int(rows["ADY"].min()) if rows["ADY"].notna().any() else "not known"


def _last(rows: DataFrame):
    return int(rows["AENDY"].max()) if rows["AENDY"].notna().any() else "not known"


def _lowest(counts: DataFrame) -> str:
    """The lowest value of one blood count since the first infusion; empty where there is none."""
    later = counts[counts["AVAL"].notna() & (counts["ADY"] >= 1)].sort_values(["AVAL", "ADY"])
    if later.empty:
        return ""
    low = later.iloc[0]
    grade = f" (grade {int(low['GRADE'])})" if present(low["GRADE"]) else ""
    value = f"{exactly(low['AVAL'], 2)} {unit_words(low['AVALU'])}"
    return f"lowest {PARTS[low['TRACE']]} {value} on {on_day(low['ADY'])}{grade}"


def _population(table: DataFrame, drawn: DataFrame) -> list[str]:
    found = set(drawn["TRACE"]) | set(drawn["PANEL"])
    absent = [words for part, words in PARTS.items() if part not in found]
    undated = int(table["ADY"].isna().sum())
    records = f"{counted(undated, 'record')} without a known day: in the numbers, not in the figure."
    return [ALONE, f"No record of {listed(absent)}." if absent else "", records if undated else ""]


def _news(view: View, subject: str, compared: Compared) -> str:
    before = view.ask_previous("subject_timeline", usubjid=subject)
    if before is not None and before.empty:
        return f"New since {day(view.previous_date)}."
    words = since(view, compared.words("record", _named))
    return f"{words} New and changed marks are ringed." if words else ""


def _named(row) -> str:
    return f"{row.TRACE} of {day(row.ADT)}" if present(row.ADT) else row.TRACE

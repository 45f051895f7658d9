"""One subject's course: infusions, adverse events, blood counts, heart and response on one axis of study days."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, day, display
from displays.groups import everybody, present
from displays.heart.parts import compare, exactly, gone, on_day
from displays.subject.figure import course_figure
from displays.subject.header import ALONE, nothing
from displays.subject.style import unit_words
from displays.words import counted, listed
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
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
KEYS = ("PANEL", "TRACE", "ADT", "SEQ")
PARTS = (
    "Infusions",
    "Adverse events",
    "Neutrophils",
    "Platelets",
    "Haemoglobin",
    "Marrow blasts",
    "LVEF",
    "Shortening fraction",
    "Troponin",
    "NT-proBNP",
    "Response",
)


def subject_course(view: View, subject: str) -> Display:
    """What happened to this subject, day by day, from treatment to heart and response."""
    view, name, title = everybody(view), "subject_course", "Course"
    if not len(view.ask("subject_header", usubjid=subject)):
        return nothing(view, name, title, subject)
    now, before = view.ask("subject_timeline", usubjid=subject), view.ask_previous("subject_timeline", usubjid=subject)
    table = _compared(now, before)
    drawn = table[table["ADY"].notna() & (table["TRACE"] != "Data cut")]
    if drawn.empty:
        return blank(view, name, title, "No infusion, so there are no study days to draw.", population="No records.")
    return display(
        view,
        name,
        title=title,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        figure=course_figure(view, table),
        population=_population(view, table, drawn, before),
        method=f"Day 1 is the day of the first infusion; there is no day 0. Shaded: the DLT window. Grades of blood counts: CTCAE v{view.trial.ctcae_version} "
        "from the value (low side); of adverse events: as the site reported them. Neutrophils, platelets, troponin and NT-proBNP on a logarithmic scale, "
        "where a value of 0 stands at the lower edge; an open triangle is a value below (or above) the limit of the assay. Of several values of a day, the last "
        "(heart: the investigator's, then the worse).",
        source="adex, adae, adlb, adcv, adrs, adsl.",
        questions=(view.question("subject_timeline", usubjid=subject),),
        formats={"ADT": "date"},
    )


def _compared(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """The rows with CHANGED and BEFORE; the first appearance of a subject is not marked row by row."""
    if before is None or before.empty:
        return now.assign(CHANGED="", BEFORE="")
    table = compare(now, before, KEYS, _state)
    fixed = table["TRACE"] == "Data cut"
    return table.assign(CHANGED=table["CHANGED"].mask(fixed, ""), BEFORE=table["BEFORE"].mask(fixed, ""))


def _state(row) -> str:
    limit = row.AVALQ if present(row.AVALQ) else ""
    value = f"{limit}{exactly(row.AVAL, 3)} {row.AVALU}" if present(row.AVAL) else ""
    grade = f"grade {int(row.GRADE)}" if present(row.GRADE) else ""
    last = f"to day {int(row.AENDY)}" if present(row.AENDY) else ""
    return ", ".join(
        part
        for part in (value, grade, last, row.MARK if present(row.MARK) else "", row.NOTE if present(row.NOTE) else "")
        if part
    )


def _finding(table: DataFrame) -> str:
    infusions = table[table["PANEL"] == "Infusions"]
    words = [
        f"{counted(len(infusions), 'infusion')} from day {_first(infusions)} to day {_last(infusions)}"
        if len(infusions)
        else "No infusion"
    ]
    for trace, name in (("Neutrophils", "neutrophils"), ("Platelets", "platelets")):
        rows = table[(table["TRACE"] == trace) & table["AVAL"].notna() & (table["ADY"] >= 1)].sort_values(
            ["AVAL", "ADY"]
        )
        if len(rows):
            low = rows.iloc[0]
            words.append(
                f"lowest {name} {exactly(low['AVAL'], 2)} {unit_words(low['AVALU'])} on {on_day(low['ADY'])}"
                + (f" (grade {int(low['GRADE'])})" if present(low["GRADE"]) else "")
            )
    ends = [
        f"{row.TRACE.lower()} on {on_day(row.ADY)}"
        for row in table[(table["PANEL"] == "Milestones") & table["TRACE"].isin(["Transplant", "Death"])].itertuples()
    ]
    return "; ".join(words + ends) + "."


def _first(rows: DataFrame):
    return int(rows["ADY"].min()) if rows["ADY"].notna().any() else "not known"


def _last(rows: DataFrame):
    return int(rows["AENDY"].max()) if rows["AENDY"].notna().any() else "not known"


def _population(view: View, table: DataFrame, drawn: DataFrame, before: DataFrame | None) -> str:
    found = set(drawn["TRACE"]) | set(drawn["PANEL"])
    absent = [part for part in PARTS if part not in found]
    undated = table["ADY"].isna().sum()
    words = ALONE + (
        f" No record of {listed([p if p.isupper() or p == 'NT-proBNP' else p.lower() for p in absent])}."
        if absent
        else ""
    )
    words += (
        f" {counted(int(undated), 'record')} without a known day: in the numbers, not in the figure." if undated else ""
    )
    if before is None:
        return words
    if before.empty:
        return f"{words} New since {day(view.previous.date)}."
    missing = gone(table, before, KEYS, lambda row: f"{row.TRACE} of {day(row.ADT)}" if present(row.ADT) else row.TRACE)
    missing = [text for text in missing if not text.startswith("Data cut")]
    kinds = table["CHANGED"].value_counts()
    told = f" (gone: {listed(missing[:4])}{' and others' if len(missing) > 4 else ''})" if missing else ""
    return f"{words} Since {day(view.previous.date)}: {int(kinds.get('new', 0))} new, {int(kinds.get('changed', 0))} changed, {len(missing)} gone{told}; new and changed marks are ringed."

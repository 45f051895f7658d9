"""One subject's course: infusions, events, medicines, values and response on one axis of study days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pandas import DataFrame, concat

from displays.absent import absence
from displays.display import Display, blank, day, display
from displays.groups import everybody, present
from displays.since import SINCE_LABELS, Compared, compare, since
from displays.subject.figure import course_figure
from displays.subject.known import ALONE, known, unknown
from displays.subject.lanes import DEFAULT, Lane, chosen
from displays.subject.notes import worded
from displays.subject.others import behind, shown_with
from displays.subject.style import unit_words
from displays.subject.treatment import when
from displays.words import counted, exactly, listed, on_day, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
    "PANEL": "Part",
    "PARAM": "Analyte",
    "TRACE": "What",
    "ADT": "Date",
    "ADY": "Day",
    "AENDY": "Last day",
    "AVALQ": "Limit",
    "AVAL": "Value",
    "AVALU": "Unit",
    "AVALC": "As delivered, where no number can be read",
    "XULN": "× upper limit of normal",
    "GRADE": "CTCAE grade",
    "MARK": "Mark",
    "NOTE": "Note",
    "LOLIM": "Lower limit of normal",
    "UPLIM": "Upper limit of normal",
} | SINCE_LABELS
KEY = ("PANEL", "TRACE", "ADT", "SEQ")
CUT = "Data cut"
"""The trace of the cut's own date: no event of the subject."""


METHOD = (
    "Day 1 is the day of the first infusion; there is no day 0. Shaded: the DLT window. Grades of laboratory values: "
    "CTCAE v{ctcae} from the value (blood counts: low side; ALT, bilirubin, creatinine: high side, as multiples of the "
    "upper limit of normal of the sample; ALT and bilirubin, from v5.0 on, by a baseline above that limit); of adverse "
    "events: as the site reported them. QTcF: each time point, coloured above 450, 480 and 500 ms. A value of 0 is "
    "drawn at the lower edge of a logarithmic scale; an open triangle is a value below (or above) a limit, a "
    "concentration below the limit of quantification is drawn at that limit; ? is a result that is not known. Of "
    "several values on a day, the last (heart: the investigator's, then the worse). Medicines: given on or after the "
    "first infusion, or without an end; those that matter for safety first. A bar without an end ends with the last "
    "record, never after the death or the data cut. A death whose date is partial is drawn at the last day it allows. "
    "Grey: other treated subjects, in a lane of two measurements those of the first."
)
SUBJECT_COURSE = ("subject_course", "Course")


def subject_course(view: View, subject: str, lanes: tuple[str, ...] = DEFAULT) -> Display:
    """What happened to this subject, day by day: treatment, and of LANES those that are named in `lanes`."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *SUBJECT_COURSE, subject)
    people = shown_with(view, subject)
    compared = _compared(view, subject, people)
    table = compared.rows
    drawn = table[table["ADY"].notna() & (table["ADY"] <= table["LASTADY"]) & (table["TRACE"] != CUT)]
    if drawn.empty:
        reason = "No infusion, so there are no study days to draw."
        return blank(view, *SUBJECT_COURSE, reason, population="No records.")
    wanted = chosen(lanes)
    shown = [lane for lane in wanted if _rows(lane, drawn)]
    grey = behind(view.ask("lane_values", people=people), subject)
    return display(
        view,
        *SUBJECT_COURSE,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        figure=course_figure(view, drawn, shown, grey),
        population=" ".join(
            filter(None, [*_population(view, table, wanted, shown), _grey(grey), _news(view, subject, compared)])
        ),
        method=METHOD.replace("{ctcae}", view.trial.ctcae_version),
        source="adex, adae, adlb, adeg, adcv, adpc, adrs, adsl; CM.",
        questions=(
            view.question("subject_timeline", usubjid=subject),
            view.question("lane_values", people=None),
            "lane_limits",
        ),
        formats={"ADT": "date", "XULN": "decimal2"},
    )


def _compared(view: View, subject: str, people: list[str] | None) -> Compared:
    """The rows beside the previous cut's; the cut's own date is never marked, nor the rows of a subject that is new.

    people: whose values are read with the subject's; None for all.
    """
    now = _records(view.ask, subject, people)
    before = _records(view.ask_previous, subject, people and [subject])
    found = compare(now, None if before is None or before.empty else before, KEY, _state)
    own = found.rows["TRACE"] != CUT
    marks = {column: found.rows[column].where(own, "") for column in ("SINCE", "PREVIOUS")}
    return replace(found, rows=found.rows.assign(**marks), gone=found.gone[found.gone["TRACE"] != CUT])


def _records(ask: Callable[..., DataFrame | None], subject: str, people: list[str] | None) -> DataFrame | None:
    """All rows of the subject, of the timeline and of the lanes, in words; None where no cut is compared."""
    timeline, values = ask("subject_timeline", usubjid=subject), ask("lane_values", people=people)
    if timeline is None or values is None:
        return None
    rows = concat([timeline, values[values["USUBJID"] == subject]], ignore_index=True)
    days = rows[["ADY", "AENDY"]].astype("float64")
    last = timeline["LASTADY"].astype("float64").max()
    return worded(rows.assign(**days, LASTADY=last, DAYN=rows["DAYN"].astype("float64").fillna(days["ADY"])))


def _rows(lane: Lane, table: DataFrame) -> bool:
    """Whether the table has rows of a lane."""
    return bool((table["PANEL"] == lane.panel).any() if lane.panel else table["TRACE"].isin(lane.traces).any())


def _state(row) -> str:
    sign = row.AVALQ if present(row.AVALQ) else ""
    value = f"{sign}{exactly(row.AVAL, 3)} {row.AVALU}" if present(row.AVAL) else row.AVALC
    grade = f"grade {int(row.GRADE)}" if present(row.GRADE) else ""
    last = f"to day {int(row.AENDY)}" if present(row.AENDY) else ""
    notes = [text for text in (row.MARK, row.NOTE) if present(text)]
    return ", ".join(filter(None, [value if present(value) else "", grade, last, *notes]))


def _finding(table: DataFrame) -> list[str]:
    infusions = table[table["PANEL"] == "Infusions"]
    given = "No infusion"
    if len(infusions):
        given = f"{counted(len(infusions), 'infusion')} from day {_first(infusions)} to day {_last(infusions)}"
    words = [_lowest(table[table["TRACE"] == trace]) for trace in ("Neutrophils", "Platelets")]
    ends = table[(table["PANEL"] == "Milestones") & table["TRACE"].isin(["Transplant", "Death"])]
    words += [f"{row.TRACE.lower()} {when(row)}" for row in rows_of(ends)]
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
    return f"lowest {low['TRACE'].lower()} {value} on {on_day(low['ADY'])}{grade}"


def _population(view: View, table: DataFrame, wanted: tuple[Lane, ...], shown: list[Lane]) -> list[str]:
    """Of whom the records are; which chosen lanes have none, and why; what has no place in the figure."""
    missing = [lane for lane in wanted if not _rows(lane, table)]
    never = [lane for lane in missing if not any(name in view.cut.delivered for name in lane.datasets)]
    absent = [lane.words for lane in missing if lane not in never]
    undated = int(table["ADY"].isna().sum())
    late = table[(table["ADY"] > table["LASTADY"]) & (table["TRACE"] != CUT)]
    return [
        ALONE,
        f"No record of {listed(absent)}." if absent else "",
        *[sentence(f"{lane.words}: {absence(view.cut, *lane.datasets)}") for lane in never],
        f"{counted(undated, 'record')} without a known day: in the numbers, not in the figure." if undated else "",
        f"{counted(len(late), 'record')} dated after the death or the data cut: in the numbers, not in the figure."
        if len(late)
        else "",
        *_unknown(table, shown),
    ]


def _unknown(table: DataFrame, shown: list[Lane]) -> list[str]:
    """How many results of the lanes shown have no place on their axis."""
    rows = [table[table["TRACE"].isin(lane.traces) & table["ADY"].notna()][lane.height] for lane in shown]
    number = sum(int(values.isna().sum()) for values in rows)
    text = f"{counted(number, 'result')} not known (?): no number that can be read, or no upper limit of normal"
    return [sentence(text)] if number else []


def _grey(grey: DataFrame) -> str:
    number = grey["USUBJID"].nunique()
    return f"Grey: {counted(number, 'other treated subject')}, of the same dose level first." if number else ""


def _news(view: View, subject: str, compared: Compared) -> str:
    before = view.ask_previous("subject_timeline", usubjid=subject)
    if before is not None and before.empty:
        return f"New since {day(view.previous_date)}."
    words = since(view, compared.words("record", _named))
    ringed = " New and changed marks are ringed." if (compared.rows["SINCE"] != "").any() else ""
    return f"{words}{ringed}" if words else ""


def _named(row) -> str:
    return f"{row.TRACE} of {day(row.ADT)}" if present(row.ADT) else row.TRACE

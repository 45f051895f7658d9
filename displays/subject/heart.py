"""One subject's cardiac values, row by row."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display, not_collected
from displays.groups import everybody, present
from displays.heart.definitions import method
from displays.heart.evaluable import FAILURE, category_words
from displays.since import SINCE_LABELS, compare, since
from displays.subject.known import ALONE, known, unknown
from displays.words import counted, exactly, listed, on_day, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
    "PARAM": "Measurement",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "SERIES": "Method",
    "AVALC": "Value",
    "AVALU": "Unit",
    "BASE": "Baseline",
    "CHG": "Change from baseline",
    "UPLIM": "Upper limit",
    "ATOXGR": "CTCAE grade",
    "CTRCD": "CTRCD",
    "CTRCDPOS": "CTRCD possible (not known)",
    "RISEFL": "New elevation",
    "CUMDOSE": "Study drug so far ({unit})",
} | SINCE_LABELS
FORMATS = {"ADT": "date", "BASE": "decimal1", "CHG": "decimal1", "CUMDOSE": "amount"}


SUBJECT_HEART = ("subject_heart", "Heart values")


def subject_heart(view: View, subject: str) -> Display:
    """Every cardiac value of one subject: ejection and shortening fraction, strain, troponin, NT-proBNP."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *SUBJECT_HEART, subject)
    now, before = (ask("subject_heart", usubjid=subject) for ask in (view.ask, view.ask_previous))
    if now.empty and set(view.cut.ask("heart_collected")["PARAMCD"]) <= {FAILURE}:
        return not_collected(view, *SUBJECT_HEART, "Heart values", "cv", "lb", "eg")
    compared = compare(now, before, ("USUBJID", "PARAMCD", "ADT"), lambda row: f"{row.AVALC} {row.AVALU}")
    values = sentence(f"{counted(len(now), 'value')} on {counted(now['ADT'].nunique(), 'day')}")
    news = compared.words("value", lambda row: f"{row.PARAM} of {day(row.ADT)}")
    return display(
        view,
        *SUBJECT_HEART,
        finding=_finding(now),
        table=_worded(compared.rows.assign(SERIES=now["SERIES"].map(method))),
        labels=LABELS,
        population=" ".join(filter(None, [ALONE, values, since(view, news)])),
        method="Baseline, CTRCD and grades as on the Heart page. Change from baseline in the unit of the value (LVEF: "
        "percentage points).",
        source="adcv.",
        questions=(view.question("subject_heart", usubjid=subject),),
        formats=FORMATS,
    )


def _worded(rows: DataFrame) -> DataFrame:
    """The rows with the category of CTRCD as it is spoken: "severe, baseline unknown"."""
    return rows.assign(CTRCD=[category_words(row) if present(row.CTRCD) else None for row in rows_of(rows)])


def _finding(table: DataFrame) -> str:
    rises = table[table["RISEFL"] == "Y"].sort_values("ADT").drop_duplicates("PARAMCD")
    named = [f"{row.PARAM} on {on_day(row.ADY)}" for row in rows_of(rises)]
    return _lvef_words(table) + (f"; new elevation of {listed(named)}." if named else ".")


def _lvef_words(table: DataFrame) -> str:
    """The lowest later ejection fraction beside the baseline, or that there is none."""
    lvef = table[(table["PARAMCD"] == "LVEF") & table["AVAL"].notna()]
    later = lvef[lvef["POSTFL"] == "Y"].sort_values(["AVAL", "ADT"])
    if lvef.empty:
        return "No ejection fraction is recorded"
    if later.empty:
        return "No ejection fraction after baseline"
    low, values = later.iloc[0], counted(len(later), "later value")
    base = f"{exactly(low['BASE'])} → " if present(low["BASE"]) else ""
    return f"LVEF {base}{exactly(low['AVAL'])} % at its lowest, on {on_day(low['ADY'])}, of {values}"

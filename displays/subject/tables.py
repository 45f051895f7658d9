"""One subject's heart values, row by row."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.groups import everybody, present
from displays.heart.parts import compare, exactly, gone, on_day
from displays.subject.header import ALONE, known, nothing
from displays.words import counted, listed
from queries import View

HEART = {
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
    "RISEFL": "New rise",
    "CUMDOSE": "Study drug so far ({unit})",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}


def subject_heart(view: View, subject: str) -> Display:
    """Every heart value of one subject: ejection and shortening fraction, strain, troponin, NT-proBNP."""
    view, name, title = everybody(view), "subject_heart", "Heart values"
    if not known(view, subject):
        return nothing(view, name, title, subject)
    now, before = (ask("subject_heart", usubjid=subject) for ask in (view.ask, view.ask_previous))
    if now.empty and not len(view.cut.ask("heart_collected")):
        return not_collected(view, name, title, "Heart values")
    table = compare(now, before, ("USUBJID", "PARAMCD", "ADT"), _value)
    missing = gone(now, before, ("USUBJID", "PARAMCD", "ADT"), lambda row: f"{row.PARAM} of {day(row.ADT)}")
    return display(
        view,
        name,
        title=title,
        finding=_heart_finding(table),
        table=table,
        labels=HEART,
        population=f"{ALONE} {len(table)} values on {counted(table['ADT'].nunique(), 'day')}."
        + _news(view, table, missing),
        method="Baseline, CTRCD and grades as on the page of the heart. Change from baseline in the unit of the value (LVEF: percentage points).",
        source="adcv.",
        questions=(view.question(name, usubjid=subject),),
        formats={"ADT": "date", "BASE": "decimal1", "CHG": "decimal1", "CUMDOSE": "amount"},
    )


def _value(row) -> str:
    return f"{row.AVALC} {row.AVALU}"


def _heart_finding(table: DataFrame) -> str:
    lvef = table[(table["PARAMCD"] == "LVEF") & table["AVAL"].notna()]
    later = lvef[lvef["POSTFL"] == "Y"].sort_values(["AVAL", "ADT"])
    words = "No ejection fraction is recorded" if lvef.empty else "No ejection fraction after baseline"
    if len(later):
        low = later.iloc[0]
        base = f"{exactly(low['BASE'])} → " if present(low["BASE"]) else ""
        words = f"LVEF {base}{exactly(low['AVAL'])} % at its lowest, on {on_day(low['ADY'])}, of {counted(len(later), 'later value')}"
    rises = table[table["RISEFL"] == "Y"].sort_values("ADT").drop_duplicates("PARAMCD")
    return words + (
        f"; new rise of {listed([f'{row.PARAM} on {on_day(row.ADY)}' for row in rises.itertuples()])}."
        if len(rises)
        else "."
    )


def _news(view: View, table: DataFrame, missing: list[str]) -> str:
    if view.previous is None:
        return ""
    kinds = table["CHANGED"].value_counts()
    words = f" Since {day(view.previous.date)}: {int(kinds.get('new', 0))} new, {int(kinds.get('changed', 0))} changed, {len(missing)} gone"
    return words + (f" ({plain(listed(missing))})." if missing else ".")

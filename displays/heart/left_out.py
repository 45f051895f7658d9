"""Delivered results of heart and ECG that no chart shows, or that are shown without being assessed."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.groups import nobody, present, treated
from displays.heart.definitions import baseline, method
from displays.heart.measurements import collected, elsewhere_words
from displays.heart.remarks import reader, set_aside
from displays.words import counted, listed, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
    "PARAM": "Measurement",
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "ADT": "Date",
    "AVALC": "Result as delivered",
    "AVALU": "Unit",
    "METHOD": "Method or test",
    "READER": "Reader",
    "REASON": "What and why",
    "USED": "Used instead",
    "N": "Results (n)",
}
REASONS = {
    "NOT DONE": "recorded as not done",
    "NO RESULT": "record without a result",
    "UNREADABLE": "result without a readable number",
    "NO DATE": "no date precise to the day",
    "DAY ONE": "day 1, time not known: neither baseline nor after the first infusion",
    "UNKNOWN UNIT": "unknown unit, impossible value or numbers that contradict each other: not assessed",
    "DOUBTFUL": "impossible value, or numbers of one record that contradict each other: not assessed",
    "SAME DAY": "additional result on the same day; another was used",
    "OTHER READER": "another reader of the same day; the trial's reader was used",
    "NOT THE READER": "another reader of the same day; none of the day is the trial's reader",
    "AFTER DEATH": "after the recorded death: counts for nothing",
    "OTHER METHOD": "other method or test on the same day: assessed, not charted",
    "NOT COMPARABLE": "LVEF not comparable: no baseline by the same method; assessed by absolute value only",
    "METHOD NOT STATED": "LVEF not comparable: method not stated; assessed by absolute value only",
    "NOT DECIDED": "limit or range: category of CTRCD not decided",
    "LIMIT": "limit or range: no QTc can be read from it, not assessed",
    "NO RATE": "QT without RR interval or heart rate: no QTc",
    "OTHER READING": "other position or reader of the same time point; another was used",
    "DIFFERS": "delivered value differs by more than 10 ms from the one derived from QT and RR, which is shown",
    "NO PLACE": "partial date, or the day of the first infusion without a time: before or after it not known",
}
"""Why a result is not charted or not assessed: the question's code → words."""
PARAMETER = {
    "SF": "Shortening fraction",
    "GLS": "Strain",
    "TROPONIN": "Troponin",
    "NTPROBNP": "NT-proBNP",
    "QTCF": "QTcF",
    "QTCB": "QTcB",
    "RR": "RR interval",
    "HR": "Heart rate",
}


HEART_LEFT_OUT = ("heart_left_out", "What these charts leave out")


def heart_left_out(view: View) -> Display:
    """Which results of heart and ECG are not charted or not assessed, with their values, and why."""
    if not collected(view, "LVEF", "SF", "GLS", "TROPONIN", "NTPROBNP", "ECG"):
        return not_collected(view, *HEART_LEFT_OUT, "Heart measurements and ECG", "cv", "lb", "eg")
    asked = view.ask("heart_left_out")
    table = asked.assign(
        PARAM=[PARAMETER.get(code, code) for code in asked["PARAM"]],
        REASON=asked["REASONCD"].map(REASONS),
        METHOD=[method(series) if present(series) else "" for series in asked["SERIES"]],
        READER=[str(who).lower() if present(who) else "" for who in asked["CVEVAL"]],
        USED=[_used(row) for row in rows_of(asked)],
    )
    return display(
        view,
        *HEART_LEFT_OUT,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        population="Results of treated subjects within the filters.",
        method="Results that no chart of this page shows, or that are shown without being assessed; tracings by "
        f"another position or reader are counted a subject. {baseline(view)}",
        source="Data: CV, LB, EG.",
        questions=("heart_left_out", "heart_set_aside", "heart_elsewhere"),
    )


def _used(row) -> str:
    return f"{row.USEDVAL} ({reader(row.USEDEVAL)})" if present(row.USEDVAL) else ""


def _finding(view: View, table: DataFrame) -> list[str]:
    """How many results, for which reasons, and who had one set aside that would change a category."""
    results = int(table["N"].sum()) if len(table) else 0
    elsewhere = elsewhere_words(view)
    if not results and elsewhere:
        return [sentence(f"Not shown: {elsewhere}, where none is read")]
    if not results:
        return ["Every delivered result is shown and assessed." if treated(view) else nobody(view)]
    verb = "is" if results == 1 else "are"
    reasons = table.groupby("REASON")["N"].sum().sort_values(ascending=False, kind="stable")
    words = f"{counted(results, 'result')} {verb} left out or not assessed"
    why = listed([f"{n} ({reason})" for reason, n in reasons.items()])
    more = [sentence(f"Not shown: {elsewhere}, where none is read")] if elsewhere else []
    return [sentence(words), sentence(why), *more, *set_aside(view)]

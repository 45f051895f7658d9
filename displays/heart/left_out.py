"""Delivered results of heart and ECG that no chart shows, or that are shown without being assessed."""

from __future__ import annotations

from displays.display import Display, display, not_collected
from displays.groups import nobody, treated
from displays.heart.measurements import collected
from displays.words import counted
from queries import View

LABELS = {"PARAM": "Measurement", "REASON": "What and why", "N": "Results (n)", "NSUBJ": "Subjects (n)"}
REASONS = {
    "NOT DONE": "recorded as not done",
    "NO RESULT": "record without a result",
    "NO DATE": "no date precise to the day",
    "UNKNOWN UNIT": "unknown unit or impossible value: shown, not assessed",
    "SAME DAY": "additional result on the same day; another was used",
    "OTHER METHOD": "other method or test on the same day; another was used",
    "NOT COMPARABLE": "LVEF not comparable: no baseline by the same method",
    "OTHER READING": "other position or reader of the same time point; another was used",
    "DIFFERS": "delivered value differs by more than 10 ms from the one derived from QT and RR, which is shown",
    "NO PLACE": "partial date: not known whether before or after the first infusion",
}
"""Why a result is not charted or not assessed: the question's code → words."""
PARAMETER = {
    "SF": "Shortening fraction",
    "GLS": "Strain",
    "TROPONIN": "Troponin",
    "NTPROBNP": "NT-proBNP",
    "QTCF": "QTcF",
    "QTCB": "QTcB",
}


HEART_LEFT_OUT = ("heart_left_out", "What these charts leave out")


def heart_left_out(view: View) -> Display:
    """How many results of heart and ECG are not charted or not assessed, and why."""
    if not collected(view, "LVEF", "SF", "GLS", "TROPONIN", "NTPROBNP", "ECG"):
        return not_collected(view, *HEART_LEFT_OUT, "Heart measurements and ECG")
    asked = view.ask("heart_left_out")
    return display(
        view,
        *HEART_LEFT_OUT,
        finding=_finding(view, int(asked["N"].sum()) if len(asked) else 0),
        table=asked.assign(
            PARAM=[PARAMETER.get(code, code) for code in asked["PARAM"]], REASON=asked["REASONCD"].map(REASONS)
        ),
        labels=LABELS,
        population="Results of treated subjects within the filters.",
        method="Results that no chart of this page shows, or that are shown without being assessed.",
        source="Data: CV, LB, EG.",
        questions=("heart_left_out",),
    )


def _finding(view: View, results: int) -> str:
    if results:
        verb = "is" if results == 1 else "are"
        return f"{counted(results, 'result')} {verb} left out or not assessed; the reasons are listed below."
    return "Every delivered result is shown and assessed." if treated(view) else nobody(view)

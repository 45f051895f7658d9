"""Overdue and late echocardiograms, and what is not charted."""

from __future__ import annotations

from pandas import DataFrame

from displays.conduct.currency import gone_words
from displays.display import Display, display, not_collected
from displays.groups import nobody
from displays.heart.parts import collected, compare
from displays.words import counted, listed, sentence
from queries import View

ECHO_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "AVISIT": "Visit",
    "STATUS": "Status",
    "DUEDT": "Due",
    "WINHI": "Window ended",
    "DAYSLATE": "Days late",
    "ADT": "Done late on",
    "LASTDT": "Last LVEF on",
    "LASTLVEF": "Last LVEF (%)",
    "LASTCTRCD": "CTRCD then",
    "CUMDOSE": "Study drug ({unit})",
    "NOTE": "Note",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
STATUS = {"Missed": "Done late"}
"""What the reader calls a status: one name for it on every page."""
LEFT_LABELS = {"PARAM": "Measurement", "REASON": "What and why", "N": "Results (n)", "NSUBJ": "Subjects (n)"}
PARAMETER = {
    "SF": "Shortening fraction",
    "GLS": "Strain",
    "TROPONIN": "Troponin",
    "NTPROBNP": "NT-proBNP",
    "QTCF": "QTcF",
    "QTCB": "QTcB",
}


def overdue_echos(view: View) -> Display:
    """Whose heart should have been looked at and was not."""
    name, title = "overdue_echos", "Overdue and late echocardiograms"
    if not (view.trial.content.get("schedule") and collected(view, "LVEF", "SF", "GLS")):
        return not_collected(
            view,
            name,
            title,
            "An echocardiogram schedule" if collected(view, "LVEF", "SF", "GLS") else "Echocardiograms",
        )
    table = compare(
        _named(view.ask("heart_overdue")),
        _named(view.ask_previous("heart_overdue")),
        ("USUBJID", "AVISIT"),
        lambda row: row.STATUS,
    )
    table["NOTE"] = [_echo_note(row) for row in table.itertuples()]
    counts = view.ask("heart_echo_status")
    return display(
        view,
        name,
        title=title,
        finding=_echo_finding(view, table, counts),
        table=table,
        labels=ECHO_LABELS,
        formats={"CUMDOSE": "amount", "LASTLVEF": "decimal1"},
        population=_echo_population(counts),
        method="Overdue: the window closed before the cut and none was done in it or since, in a subject treated, alive and on study at the due date; "
        "in one since dead or off study it can no longer be done and stands apart. Done late: none in the window but one later. Days late: from the end of the "
        "window to the cut, or to the later echocardiogram. Due on treatment: after the first infusion; baselines stand apart.",
        source="Schedule: trial.toml"
        + (" (assumption)" if "schedule" in view.trial.assumptions else "")
        + ". Data: CV, EX, DS.",
        questions=("heart_overdue", "heart_echo_status", "heart_unseen"),
    )


def _named(echos: DataFrame | None) -> DataFrame | None:
    return None if echos is None else echos.assign(STATUS=echos["STATUS"].replace(STATUS))


def _echo_note(row) -> str:
    return "; ".join(["since dead or off study"] * (row.GONEFL == "Y") + ["baseline"] * (row.BASEFL == "Y"))


def _echo_finding(view: View, table: DataFrame, counts: DataFrame) -> str:
    if counts.empty:
        return nobody(view)
    due = _count(counts, "Done", "Missed", "Overdue")
    treatment = table[table["BASEFL"].isna()]
    late = treatment[(treatment["STATUS"] == "Overdue") & (treatment["GONEFL"] == "N")]
    words = f"{len(late)} of {counted(due, 'echocardiogram')} due on treatment {'is' if len(late) == 1 else 'are'} overdue, in {counted(late['USUBJID'].nunique(), 'subject')}"
    if len(late):
        words += f" ({listed(list(dict.fromkeys(late['SUBJID'])))}), the longest by {int(late['DAYSLATE'].max())} days"
    words += gone_words(_count(counts, "Overdue", gone="Y"))
    made_up = _count(counts, "Missed")
    return sentence(words + f"; {made_up} {'was' if made_up == 1 else 'were'} done late") + _unseen_words(
        view.ask("heart_unseen")
    )


def _count(counts: DataFrame, *statuses: str, base: str = "N", gone: str | None = None) -> int:
    rows = counts[counts["STATUS"].isin(statuses) & (counts["BASEFL"] == base)]
    return int(rows.loc[rows["GONEFL"] == gone, "N"].sum() if gone else rows["N"].sum())


def _unseen_words(further: DataFrame) -> str:
    """Who was dosed further though nobody looked at the heart."""
    unseen = further[further["NLATER"] == 0]
    if unseen.empty:
        return ""
    named = listed([f"{row.SUBJID} ({counted(int(row.NCOURSE), 'course')}, {row.TRTA})" for row in unseen.itertuples()])
    return f" {len(unseen)} of {counted(len(further), 'subject')} given a further course {'has' if len(unseen) == 1 else 'have'} no ejection fraction since the first infusion: {named}."


def _echo_population(counts: DataFrame) -> str:
    told = ", ".join(
        f"{_count(counts, status)} {STATUS.get(status, status).lower()}"
        for status in ("Done", "Overdue", "Missed", "Not due", "Not expected")
    )
    baseline = f"{_count(counts, 'Done', base='Y')} of {_count(counts, 'Done', 'Overdue', 'Missed', base='Y')}"
    return f"Scheduled echocardiograms of treated subjects on treatment: {told}. Baseline: {baseline} done."


def heart_left_out(view: View) -> Display:
    """What was delivered of heart and ECG and stands in no chart, or stands there unjudged."""
    name, title = "heart_left_out", "What these charts leave out"
    if not collected(view, "LVEF", "SF", "GLS", "TROPONIN", "NTPROBNP", "ECG"):
        return not_collected(view, name, title, "Heart measurements and ECG")
    table = view.ask("heart_left_out")
    table["PARAM"] = [PARAMETER.get(code, code) for code in table["PARAM"]]
    total = int(table["N"].sum()) if len(table) else 0
    if total:
        finding = f"{counted(total, 'result')} {'is' if total == 1 else 'are'} left out or not judged; the reasons stand below."
    else:
        finding = "Every delivered result is shown and judged." if len(view.ask("heart_subjects")) else nobody(view)
    return display(
        view,
        name,
        title=title,
        finding=sentence(finding),
        table=table,
        labels=LEFT_LABELS,
        population="Results of treated subjects within the filters.",
        method="Results that no chart of this page shows, or shows without judging them.",
        source="Data: CV, LB, EG.",
        questions=("heart_left_out",),
    )

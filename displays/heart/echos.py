"""Overdue and late echocardiograms."""

from __future__ import annotations

from pandas import DataFrame

from displays.conduct.currency import gone_words
from displays.display import Display, display, not_collected
from displays.groups import nobody
from displays.heart.measurements import collected
from displays.since import SINCE_LABELS, compare
from displays.words import MOST_LISTED, counted, first_of, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
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
} | SINCE_LABELS
BRIEF = ("SUBJID", "TRTA", "AVISIT", "STATUS", "DUEDT", "DAYSLATE", "LASTDT", "LASTLVEF", "NOTE", *SINCE_LABELS)
STATUS = {"Missed": "Done late"}
"""What the reader calls a status: one name for it on every page."""
SHOWN_STATUSES = ("Done", "Overdue", "Missed", "Not due", "Not expected")
UNKNOWN = "Unknown when due"


OVERDUE_ECHOS = ("overdue_echos", "Overdue and late echocardiograms")


def overdue_echos(view: View) -> Display:
    """Which scheduled echocardiograms of treated subjects are overdue or were done late, by how many days."""
    if not collected(view, "LVEF", "SF", "GLS"):
        return not_collected(view, *OVERDUE_ECHOS, "Echocardiograms", "cv")
    if not view.trial.content.get("schedule"):
        return not_collected(view, *OVERDUE_ECHOS, "An echocardiogram schedule")
    table, counts = _echos(view), view.ask("heart_echo_status")
    assumed = " (assumption)" if "schedule" in view.trial.assumptions else ""
    return display(
        view,
        *OVERDUE_ECHOS,
        finding=_finding(view, table, counts),
        table=table,
        labels=LABELS,
        formats={"CUMDOSE": "amount", "LASTLVEF": "decimal1", "AVISIT": "words"},
        brief=BRIEF,
        population=_population(counts),
        method="Overdue: the window closed before the cut and none was done in it or since, in a subject treated, "
        "alive and on study at the due date; in one who later died or discontinued it can no longer be done and is "
        "counted separately. Done late: none in the window but one later. Days late: from the end of the window to the "
        "cut, or to the later echocardiogram. Due on treatment: after the first infusion; baselines are counted "
        "separately.",
        source=f"Schedule: trial.toml{assumed}. Data: CV, EX, DS.",
        questions=("heart_overdue", "heart_echo_status", "heart_unseen"),
    )


def _echos(view: View) -> DataFrame:
    now, before = (_named(ask("heart_overdue")) for ask in (view.ask, view.ask_previous))
    table = compare(now, before, ("USUBJID", "AVISIT"), lambda row: row.STATUS).rows
    return table.assign(NOTE=[_note(row) for row in rows_of(table)])


def _named(echos: DataFrame | None) -> DataFrame | None:
    return None if echos is None else echos.assign(STATUS=echos["STATUS"].replace(STATUS))


def _note(row) -> str:
    return "; ".join(["later died or discontinued"] * (row.GONEFL == "Y") + ["baseline"] * (row.BASEFL == "Y"))


def _finding(view: View, table: DataFrame, counts: DataFrame) -> list[str]:
    if counts.empty:
        return [nobody(view)]
    overdue = (table["STATUS"] == "Overdue") & (table["GONEFL"] == "N") & table["BASEFL"].isna()
    late, made_up = table[overdue], _count(counts, "Missed")
    due = counted(_count(counts, "Done", "Missed", "Overdue"), "echocardiogram")
    words = f"{len(late)} of {due} due on treatment {'is' if len(late) == 1 else 'are'} overdue, {_whose(late)}"
    beside = [gone_words(_count(counts, "Overdue", gone="Y"))]
    beside += [f"{made_up or 'none'} {'was' if made_up == 1 else 'were'} done late"]
    return [sentence(words), sentence("; ".join(filter(None, beside))), _unseen_words(view.ask("heart_unseen"))]


def _whose(late: DataFrame) -> str:
    subjects = list(dict.fromkeys(late["SUBJID"]))
    words = f"in {counted(len(subjects), 'subject')}"
    return words + (
        f" ({first_of(subjects, 3)}), the longest by {int(late['DAYSLATE'].max())} days" if subjects else ""
    )


def _count(counts: DataFrame, *statuses: str, base: str = "N", gone: str | None = None) -> int:
    rows = counts[counts["STATUS"].isin(statuses) & (counts["BASEFL"] == base)]
    return int(rows.loc[rows["GONEFL"] == gone, "N"].sum() if gone else rows["N"].sum())


def _unseen_words(further: DataFrame) -> str:
    """Who was given another course without an ejection fraction since the first infusion."""
    unseen = further[further["NLATER"] == 0]
    if unseen.empty:
        return ""
    named = [f"{row.SUBJID} ({counted(int(row.NCOURSE), 'course')}, {row.TRTA})" for row in rows_of(unseen)]
    subjects = f"{len(unseen)} of {counted(len(further), 'subject')} given another course"
    verb = "has" if len(unseen) == 1 else "have"
    return f"{subjects} {verb} no ejection fraction since the first infusion: {first_of(named, MOST_LISTED)}."


def _population(counts: DataFrame) -> str:
    shown = (*SHOWN_STATUSES, UNKNOWN) if _count(counts, UNKNOWN) else SHOWN_STATUSES
    statuses = [f"{_count(counts, status)} {STATUS.get(status, status).lower()}" for status in shown]
    baseline = f"{_count(counts, 'Done', base='Y')} of {_count(counts, 'Done', 'Overdue', 'Missed', base='Y')}"
    return (
        f"Scheduled echocardiograms of treated subjects on treatment: {', '.join(statuses)}. Baseline: {baseline} done."
    )

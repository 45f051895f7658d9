"""Alarms of hearts: LVEF below 50 %, no echocardiogram since the first infusion, QTcF above 500 ms."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.heart.measurements import collected, elsewhere_words, every_method
from displays.heart.over_time import later_judged, lowest_of_each, lvef_below_50
from displays.heart.qtc import LIMITS_MS
from displays.summary.alarm import NOT_ASSESSED_BEFORE, Alarm, not_assessed, was
from displays.summary.who import Who, marked
from displays.words import counted, exactly, on_day
from queries import View

SEVERE_LIMIT_PCT = 40
"""Below it an ejection fraction is severe dysfunction whatever the baseline (ESC 2022)."""
QTCF_LIMIT_MS = LIMITS_MS[-1]
LVEF, ECHOS, QTC = "lvef_over_time", "overdue_echos", "qtc_longest"


def earlier(view: View) -> View | None:
    """The previous cut as a view of its own; None where none is compared."""
    return View(view.previous) if view.previous else None


def of_lvef(view: View) -> list[Alarm]:
    """Who had an ejection fraction below 50 % after the first infusion, the lowest first; and of whom it is open."""
    if not collected(view, "LVEF"):
        where = elsewhere_words(view)
        why = f"delivered where it is not read ({where})" if where else absence(view.cut, "cv")
        return [not_assessed(f"LVEF ({why})", LVEF)]
    table, before = every_method(view, "LVEF"), earlier(view)
    if not _measured(table):
        return [not_assessed("LVEF (nobody has one after the first infusion)", LVEF), *_open(view, table)]
    if before is not None and not collected(before, "LVEF"):
        return [*_low(view, table, None, NOT_ASSESSED_BEFORE), *_open(view, table)]
    then = None if before is None else every_method(before, "LVEF")
    return [*_low(view, table, then), *_open(view, table)]


def _low(view: View, table: DataFrame, then: DataFrame | None, previous: str = "") -> list[Alarm]:
    lowest = lowest_of_each(lvef_below_50(table))
    if lowest.empty:
        return []
    people, before = _lowest(table), None if then is None else _lowest(then)
    severe = lowest["CTRCD"].isin(["severe", "very severe"]) | (lowest["AVAL"] < SEVERE_LIMIT_PCT)
    whom = f"{len(people)} of {counted(_measured(table), 'subject')} with a later LVEF"
    return [
        Alarm(
            "severe" if severe.any() else "heart",
            f"LVEF below 50 % in {whom}{_when(lowest, view.trial.dlt_window_days)}",
            LVEF,
            marked(people, before),
            previous or was(people, before, 0 if then is None else _measured(then)),
        )
    ]


def _measured(table: DataFrame) -> int:
    """How many have a measurement after the first infusion."""
    return int(table.loc[table["POSTFL"] == "Y", "USUBJID"].nunique())


def _lowest(table: DataFrame) -> list[Who]:
    rows = lowest_of_each(lvef_below_50(table)).itertuples()
    return [Who(row.USUBJID, row.SUBJID, f"{_value(row)} %") for row in rows]


def _value(row) -> str:
    """A limit or a range as delivered, else the number."""
    return row.AVALC.removesuffix("%").strip() if row.AVALQ in ("<", ">", "-") else exactly(row.AVAL)


def _when(lowest: DataFrame, window: int) -> str:
    """ ", all after the DLT window", ", 2 of them after the DLT window"; "" where none was."""
    after = int((lowest["ADY"] > window).sum())
    if not after:
        return ""
    return f", {'all' if after == len(lowest) and after > 1 else after} after the DLT window"


def _open(view: View, table: DataFrame) -> list[Alarm]:
    """Whose ejection fraction may be below 50 %: a limit that leaves it open, or one that cannot be read."""
    later, known = later_judged(table), set(lvef_below_50(table)["USUBJID"])
    limits = later[(later["AVALQ"] == ">") & (later["AVAL"] < 50)]
    rows = [*limits.itertuples(), *view.ask("heart_unreadable").itertuples()]
    people = [Who(row.USUBJID, row.SUBJID, str(row.AVALC or "no result")) for row in rows if row.USUBJID not in known]
    return [Alarm("heart", "LVEF below 50 % possible, not known", LVEF, tuple(people))] if people else []


def of_unseen(view: View) -> list[Alarm]:
    """Who has no ejection fraction since the first infusion, though given another course or one is overdue."""
    if not collected(view, "LVEF"):
        return [not_assessed(f"echocardiograms ({absence(view.cut, 'cv')})", ECHOS)]
    asked, before = view.ask("hearts_without_echo"), earlier(view)
    then = before.ask("hearts_without_echo") if before and collected(before, "LVEF") else None
    people, former = _unseen(asked), None if then is None else _unseen(then)
    if not people:
        return []
    whom = f"{len(people)} of {counted(len(asked), 'subject')} given another course or overdue"
    text = f"No ejection fraction since the first infusion in {whom}"
    # its days go by at every cut: only who is new is marked
    new = marked([who._replace(words="") for who in people], former and [who._replace(words="") for who in former])
    shown = tuple(who._replace(since=mark.since) for who, mark in zip(people, new, strict=True))
    return [Alarm("unseen", text, ECHOS, shown, _was(before, people, former, 0 if then is None else len(then)))]


def _was(before: View | None, people: list[Who], former: list[Who] | None, number: int) -> str:
    """What the alarm was at the previous cut, or that it could not be assessed then."""
    return NOT_ASSESSED_BEFORE if before and former is None else was(people, former, number)


def _unseen(asked: DataFrame) -> list[Who]:
    return [Who(row.USUBJID, row.SUBJID, _course(row)) for row in asked[asked["NLATER"] == 0].itertuples()]


def _course(row) -> str:
    """ "after 3 courses, 154 days overdue"."""
    parts = [f"after {counted(int(row.NCOURSE), 'course')}"]
    parts += [f"{counted(int(row.DAYSLATE), 'day')} overdue"] if row.DAYSLATE == row.DAYSLATE else []
    return ", ".join(parts + ["later died or discontinued"] * (row.GONEFL == "Y"))


def of_qtc(view: View) -> list[Alarm]:
    """Who had a QTcF above 500 ms after the first infusion, the longest first; and of how many it is open."""
    if not collected(view, "ECG"):
        return [not_assessed(f"QTcF ({absence(view.cut, 'eg')})", QTC)]
    table, before = _fridericia(view), earlier(view)
    then = _fridericia(before) if before and collected(before, "ECG") else None
    people, former = _long(table), None if then is None else _long(then)
    whom = f"{counted(_after(table), 'subject')} with a later ECG"
    possible = _possible(view)
    if not people and not possible:
        return [] if _after(table) else [not_assessed("QTcF (nobody has one after the first infusion)", QTC)]
    found = f"QTcF above {QTCF_LIMIT_MS} ms in {len(people)} of {whom}"
    found += f", possible, not known, in {possible} more" if possible else ""
    number = 0 if then is None else _after(then)
    return [Alarm("rhythm", found, QTC, marked(people, former), _was(before, people, former, number))]


def _fridericia(view: View) -> DataFrame:
    table = view.ask("ecg_subjects")
    return table[table["PARAMCD"] == "QTCF"]


def _after(table: DataFrame) -> int:
    return int((table["WORST"].notna() | table["BYLIMIT"]).sum())


def _long(table: DataFrame) -> list[Who]:
    long = table[table["AVALCA1"] == f">{QTCF_LIMIT_MS}"].sort_values("WORST", ascending=False, kind="stable")
    return [Who(row.USUBJID, row.SUBJID, f"{_longest(row)} ms on {on_day(row.ADY)}") for row in long.itertuples()]


def _longest(row) -> str:
    return f"above {exactly(row.WORST, 0)}" if row.BYLIMIT else exactly(row.WORST, 0)


def _possible(view: View) -> int:
    """How many more may have passed the limit: by a limit or range, or by a value without a number."""
    counts = view.ask("ecg_by_dose")
    row = counts[(counts["PARAMCD"] == "QTCF") & (counts["TRTA"] == "All")]
    return int(row[f"POSS{QTCF_LIMIT_MS}"].sum())

"""Alarms of hearts: LVEF below 50 %, no echocardiogram since the first infusion, QTcF above 500 ms."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.groups import present
from displays.heart.measurements import collected, elsewhere_words, every_method
from displays.heart.over_time import later_judged, lowest_of_each, lvef_below_50
from displays.heart.qtc import LIMITS_MS
from displays.summary.alarm import NOT_ASSESSED_BEFORE, Alarm, earlier, none_now, not_assessed, was
from displays.summary.who import Who, marked
from displays.words import counted, exactly, on_day
from queries import View
from queries.frames import rows_of

SEVERE_LIMIT_PCT = 40
"""Below it an ejection fraction is severe dysfunction whatever the baseline (ESC 2022)."""
LOW_LIMIT_PCT, FALL_POINTS, GRADE_BY_FALL = 50, 10, 3
"""CTCAE: a fall of 10 to 19 points is grade 2, one of 20 or more is grade 3 whatever the value."""
BELOW_50 = "LVEF below 50 %"
BY_FALL = " or fallen by 20 points or more"
QTCF_LIMIT_MS = LIMITS_MS[-1]
LVEF, ECHOS, QTC = "lvef_over_time", "overdue_echos", "qtc_longest"


def of_lvef(view: View) -> list[Alarm]:
    """Who had an ejection fraction below 50 % or of CTCAE grade 3 after the first infusion, the lowest first; of whom
    it is open; whose fell less far."""
    before = earlier(view)
    then = every_method(before, "LVEF") if before and collected(before, "LVEF") else None
    if not collected(view, "LVEF"):
        where = elsewhere_words(view)
        why = f"delivered where it is not read ({where})" if where else absence(view.cut, "cv")
        return [not_assessed(f"LVEF ({why})", LVEF, _formerly(then))]
    table, unknown = every_method(view, "LVEF"), NOT_ASSESSED_BEFORE if before and then is None else ""
    if not _measured(table):
        return [
            not_assessed("LVEF (nobody has one after the first infusion)", LVEF, _formerly(then)),
            *_open(view, table),
        ]
    return [*_low(view, table, then, unknown), *_open(view, table), *_fell(table, then, unknown)]


def _formerly(then: DataFrame | None) -> str:
    """What the alarm was where it can no longer be assessed: "was 3 of 24"; "" where there was none."""
    people = [] if then is None else _lowest(then)
    return f"was {len(people)} of {_measured(then)}" if people else ""


def _low(view: View, table: DataFrame, then: DataFrame | None, unknown: str) -> list[Alarm]:
    """unknown: what is said where the previous cut could not be assessed, else ""."""
    lowest, before = _grave(table), None if then is None else _lowest(then)
    number = 0 if then is None else _measured(then)
    if lowest.empty:
        return [none_now(BELOW_50, LVEF, before, number)] if before else []
    people, severe = (
        _lowest(table),
        lowest["CTRCD"].isin(["severe", "very severe"]) | (lowest["AVAL"] < SEVERE_LIMIT_PCT),
    )
    whom = f"{len(people)} of {counted(_measured(table), 'subject')} with a later LVEF"
    fallen = BY_FALL if len(lowest) > len(lowest_of_each(lvef_below_50(table))) else ""
    return [
        Alarm(
            "severe" if severe.any() else "heart",
            f"{BELOW_50}{fallen} in {whom}{_when(lowest, view.trial.dlt_window_days)}",
            LVEF,
            marked(people, before),
            unknown or was(people, before, number),
        )
    ]


def _grave(table: DataFrame) -> DataFrame:
    """Each subject's lowest ejection fraction of those below 50 % or of CTCAE grade 3, whatever the value."""
    later = later_judged(table)
    return lowest_of_each(later[later.index.isin(lvef_below_50(table).index) | (later["ATOXGR"] >= GRADE_BY_FALL)])


def _fell(table: DataFrame, then: DataFrame | None, unknown: str) -> list[Alarm]:
    """Whose ejection fraction fell by 10 points or more and stayed at 50 % or above: a later correction of it is
    understood by this line."""
    people, before = _fallen(table), None if then is None else _fallen(then)
    if not people:
        return []
    whom = f"{len(people)} of {counted(_measured(table), 'subject')} with a later LVEF"
    text = f"LVEF fell by {FALL_POINTS} points or more to 50 % or above in {whom}"
    previous = unknown or was(people, before, 0 if then is None else _measured(then))
    return [Alarm("milder", text, LVEF, marked(people, before), previous)]


def _fallen(table: DataFrame) -> list[Who]:
    later = later_judged(table)
    fell = later[(later["CHG"] <= -FALL_POINTS) & ~later["USUBJID"].isin(_grave(table)["USUBJID"])]
    return [Who(row.USUBJID, row.SUBJID, f"{_value(row)} %") for row in rows_of(lowest_of_each(fell))]


def _measured(table: DataFrame) -> int:
    """How many have a measurement after the first infusion."""
    return int(table.loc[table["POSTFL"] == "Y", "USUBJID"].nunique())


def _lowest(table: DataFrame) -> list[Who]:
    return [Who(row.USUBJID, row.SUBJID, _lowest_words(row)) for row in rows_of(_grave(table))]


def _lowest_words(row) -> str:
    """ "37 %"; "55 %, a fall of 22 points" where the fall alone makes it grave."""
    fall = (
        f", a fall of {exactly(-row.CHG)} points" if row.AVAL >= LOW_LIMIT_PCT and row.AVALQ not in ("<", "-") else ""
    )
    return f"{_value(row)} %{fall}"


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
    rows = [*rows_of(limits), *rows_of(view.ask("heart_unreadable"))]
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
    return [Who(row.USUBJID, row.SUBJID, _course(row)) for row in rows_of(asked[asked["NLATER"] == 0])]


def _course(row) -> str:
    """ "after 3 courses, 154 days overdue"."""
    parts = [f"after {counted(int(row.NCOURSE), 'course') if present(row.NCOURSE) else 'courses of unknown number'}"]
    parts += [f"{counted(int(row.DAYSLATE), 'day')} overdue"] if present(row.DAYSLATE) else []
    return ", ".join(parts + ["later died or discontinued"] * (row.GONEFL == "Y"))


def of_qtc(view: View) -> list[Alarm]:
    """Who had a QTcF above 500 ms after the first infusion, the longest first; and of how many it is open."""
    if not collected(view, "ECG"):
        return [not_assessed(f"QTcF ({absence(view.cut, 'eg')})", QTC)]
    table, before = _fridericia(view), earlier(view)
    then = _fridericia(before) if before and collected(before, "ECG") else None
    people, former = _long(table), None if then is None else _long(then)
    whom = f"{counted(_after(table), 'subject')} with a later ECG"
    possible, number, name = _possible(view), 0 if then is None else _after(then), f"QTcF above {QTCF_LIMIT_MS} ms"
    if not people and not possible:
        gone = [none_now(name, QTC, former, number)] if former else []
        return gone if _after(table) else [not_assessed("QTcF (nobody has one after the first infusion)", QTC), *gone]
    found = f"{name} in {len(people)} of {whom}"
    found += f", possible, not known, in {possible} more" if possible else ""
    return [Alarm("rhythm", found, QTC, marked(people, former), _was(before, people, former, number))]


def _fridericia(view: View) -> DataFrame:
    table = view.ask("ecg_subjects")
    return table[table["PARAMCD"] == "QTCF"]


def _after(table: DataFrame) -> int:
    return int((table["WORST"].notna() | table["BYLIMIT"]).sum())


def _long(table: DataFrame) -> list[Who]:
    long = table[table["AVALCA1"] == f">{QTCF_LIMIT_MS}"].sort_values("WORST", ascending=False, kind="stable")
    return [Who(row.USUBJID, row.SUBJID, f"{_longest(row)} ms on {on_day(row.ADY)}") for row in rows_of(long)]


def _longest(row) -> str:
    return f"above {exactly(row.WORST, 0)}" if row.BYLIMIT else exactly(row.WORST, 0)


def _possible(view: View) -> int:
    """How many more may have passed the limit: by a limit or range, or by a value without a number."""
    counts = view.ask("ecg_by_dose")
    row = counts[(counts["PARAMCD"] == "QTCF") & (counts["TRTA"] == "All")]
    return int(row[f"POSS{QTCF_LIMIT_MS}"].sum())

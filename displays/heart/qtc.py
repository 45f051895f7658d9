"""QTc by Fridericia, with Bazett beside it: definitions, and how many subjects of each dose passed its limits."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display, not_collected
from displays.groups import behind_cells, nobody, present
from displays.heart.measurements import collected
from displays.since import SINCE_LABELS, compare
from displays.words import counted, listed, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
    "PARAM": "Correction",
    "TRTA": "Dose",
    "NTREATED": "Treated (n)",
    "NLATER": "With a later QTc (n)",
    "OVER450": "> 450 ms (n)",
    "OVER480": "> 480 ms (n)",
    "OVER500": "> 500 ms (n)",
    "POSS450": "> 450 ms possible, not known (n)",
    "POSS480": "> 480 ms possible, not known (n)",
    "POSS500": "> 500 ms possible, not known (n)",
    "NBOTH": "With baseline and later QTc (n)",
    "RISE30": "Increase > 30 ms (n)",
    "RISE60": "Increase > 60 ms (n)",
    "POSS30": "Increase > 30 ms possible, not known (n)",
    "POSS60": "Increase > 60 ms possible, not known (n)",
} | SINCE_LABELS
CELLS = {
    f"W{column.removeprefix('N')}": column
    for column, words in LABELS.items()
    if words.endswith("(n)") and column != "NTREATED"
}
"""Column of the subjects → column of their number."""
LIMITS_MS = (450, 480, 500)
RISES_MS = (30, 60)
BASELINES = {
    True: "the mean of the time points of the last day before the first infusion",
    False: "the last time point before the first infusion",
}
METHOD = (
    "QTcF = QT / cube root of RR in seconds; QTcB = QT / square root, which overcorrects at the fast heart rates of "
    "children. Replicates of a time point are averaged first; QTc is derived from the averaged QT and RR where both "
    "exist (RR = 60,000 / heart rate where only the rate was delivered), else it is the delivered one. Baseline: "
    "{base}, of those flagged as baseline where any are; a flag after the first infusion makes none. A tracing of the "
    "day of the first infusion without a clock time or a planned time that says pre-dose or post-dose is neither "
    "baseline nor after treatment, unless flagged. Each subject counts once, with the longest "
    "QTc after the first infusion, in every category it exceeds; a limit or a range as far as it decides (> 500 is "
    "above 500), and what it leaves open, or cannot be read, is possible, not known."
)
SOURCE = "Fridericia 1920; Bazett 1920; ICH E14 (2005). Data: EG."


def method(view: View) -> str:
    """How QTc, its baseline and its categories are made."""
    return METHOD.format(base=BASELINES[view.trial.ecg_baseline_is_mean])


QTC_BY_DOSE = ("qtc_by_dose", "QTc categories by dose: each subject's longest")


def qtc_by_dose(view: View) -> Display:
    """How many subjects of each dose exceeded the limits of QTc (ms), with their denominators."""
    if not collected(view, "ECG"):
        return not_collected(view, *QTC_BY_DOSE, "Electrocardiograms", "eg")
    asked, before = view.ask("ecg_by_dose"), view.ask_previous("ecg_by_dose")
    table = compare(_numbers(asked), None if before is None else _numbers(before), ("PARAMCD", "TRTA"), _counts).rows
    return display(
        view,
        *QTC_BY_DOSE,
        finding=[*_finding(view, table), *possible(table), *unread(view)],
        table=table,
        labels=_labels(table),
        brief=tuple(column for column in LABELS if column != "NTREATED"),
        behind=behind_cells(asked, CELLS),
        population=_population(table),
        method=method(view),
        source=SOURCE,
        questions=("ecg_by_dose", "ecg_unread"),
    )


def _numbers(asked: DataFrame) -> DataFrame:
    return asked.drop(columns=list(CELLS))


def _labels(table: DataFrame) -> dict[str, str]:
    """The columns; what is possible and not known only where it is so of anybody."""
    return {column: words for column, words in LABELS.items() if "possible" not in words or table[column].any()}


def _counts(row) -> str:
    return (
        f">450: {row.OVER450}, >480: {row.OVER480}, >500: {row.OVER500} of {row.NLATER}; increase >30: {row.RISE30}, "
        f">60: {row.RISE60} of {row.NBOTH}"
    )


def _everyone(table: DataFrame):
    """The row of QTcF in all subjects together; None where nobody was treated."""
    return next(rows_of(table[(table["PARAMCD"] == "QTCF") & (table["TRTA"] == "All")]), None)


NOT_READ = {"NO RATE": "QT without a heart rate", "UNKNOWN UNIT": "unit not known", "DOUBTFUL": "doubtful"}


def unread(view: View) -> list[str]:
    """Who has a QTc without a number, with what was delivered, in a sentence; none where all have one."""
    several = [_unread(row) for row in rows_of(view.ask("ecg_unread"))]
    words = "without a number (a limit or a range is counted as far as it decides)"
    return [sentence(f"{words}: {listed(several)}")] if several else []


def possible(table: DataFrame) -> list[str]:
    """How many more may have passed a limit of QTcF or of its increase, in a sentence; none where that is known."""
    row = _everyone(table)
    if row is None:
        return []
    over = [(f"above {limit} ms", getattr(row, f"POSS{limit}")) for limit in reversed(LIMITS_MS)]
    rise = [(f"increased by more than {rise} ms", getattr(row, f"POSS{rise}")) for rise in reversed(RISES_MS)]
    several = [f"{words} in {int(number)} more" for words, number in over + rise if number]
    return [sentence(f"QTcF possible, not known: {listed(several)}")] if several else []


def _unread(row) -> str:
    why = f", {NOT_READ[row.REASONCD]}" if row.REASONCD in NOT_READ else ""
    on = f", {day(row.ADT)}" if present(row.ADT) else ""
    unit = "" if str(row.AVALC)[-1:].isalpha() else f" {row.AVALU}"
    return f"{row.SUBJID} ({row.AVALC}{unit}{why}{on})"


def _finding(view: View, table: DataFrame) -> list[str]:
    row = _everyone(table)
    if row is None:
        return [nobody(view)]
    if not row.NLATER:
        return [f"None of {counted(int(row.NTREATED), 'treated subject')} has a QTc after the first infusion yet."]
    later = counted(int(row.NLATER), "subject")
    return [
        f"QTcF exceeded 500 ms in {row.OVER500}, 480 ms in {row.OVER480} and 450 ms in {row.OVER450} of {later} with a "
        "later ECG.",
        f"It increased by more than 60 ms in {row.RISE60} and by more than 30 ms in {row.RISE30} of {row.NBOTH} with a "
        "baseline.",
    ]


def _population(table: DataFrame) -> str:
    row = _everyone(table)
    if row is None:
        return ""
    treated = counted(int(row.NTREATED), "treated subject")
    return f"{row.NLATER} of {treated} with an ECG after the first infusion; {row.NBOTH} with a baseline as well."

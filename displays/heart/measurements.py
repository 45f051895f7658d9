"""Cardiac measurements: whether any were collected, and each beside the previous cut's."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import day
from displays.groups import present
from displays.heart.definitions import MEASURES, method
from displays.heart.evaluable import FAILURE, category_words
from displays.since import Compared, compare, since
from displays.words import first_of, listed
from queries import Question, View
from queries.frames import rows_of

KEY = ("USUBJID", "PARAMCD", "ADT", "POSTFL")


def collected(view: View, *parameters: str) -> bool:
    """Whether the cut holds any of these measurements, whatever the filters leave."""
    return bool(set(parameters) & set(view.cut.ask("heart_collected")["PARAMCD"]))


def dysfunction_collected(view: View) -> bool:
    """Whether the cut tells of CTRCD: by an ejection fraction, or by heart failure where a stopping rule counts it."""
    counts = any(rule.heart for rule in view.trial.stopping_rules)
    return collected(view, "LVEF") or (counts and collected(view, FAILURE))


def elsewhere_words(view: View) -> str:
    """ "ejection fractions in MO": the datasets that hold some where none is read; "" for none."""
    names = list(view.cut.ask("heart_elsewhere")["DATASET"])
    codes = ["CV under a test code of no role" if name == "CV" else name for name in names]
    return f"ejection fractions in {listed(codes)}" if codes else ""


def measurements(view: View, *parameters: str) -> Compared:
    """The measurements of treated subjects, one row a subject, measurement and day, compared with the previous cut."""
    asked = dict(parameters=list(parameters), every=False)
    now, before = (_in_words(ask("heart_measurements", **asked)) for ask in (view.ask, view.ask_previous))
    return compare(now, before, KEY, _result)


def _in_words(rows: DataFrame | None) -> DataFrame | None:
    """Both cuts alike, or every row of many would have to be looked at one by one."""
    if rows is None:
        return None
    return rows.assign(SERIES=rows["SERIES"].map({series: method(series) for series in rows["SERIES"].unique()}))


def corrections(view: View, compared: Compared) -> list[str]:
    """The values that are others than at the previous cut, as old → new, in a sentence; none where none changed."""
    was = rows_of(compared.was.loc[compared.changed.index])
    pairs = [_corrected(then, now) for then, now in zip(was, rows_of(compared.changed), strict=True)]
    return [since(view, f"corrected: {first_of(pairs)}")] if pairs else []


def _corrected(then, now) -> str:
    """ "103-004 LVEF of 12 Oct 2007: 52 → 62 %, grade 2 → 0"."""
    grades = f"{grade_number(then)} → {grade_number(now)}"
    graded = f", grade {grades}" if grade_number(then) != grade_number(now) else ""
    values = f"{then.AVALC} → {now.AVALC} {now.AVALU}" if then.AVALC != now.AVALC else f"{now.AVALC} {now.AVALU}"
    categories = _or_unknown(then), _or_unknown(now)
    worse = f", CTRCD {' → '.join(categories)}" if len(set(categories)) > 1 else ""
    return f"{now.SUBJID} {MEASURES[now.PARAMCD]} of {day(now.ADT)}: {values}{graded}{worse}"


def grade_number(row) -> str:
    """ "2", or that the grade is not known."""
    return f"{row.ATOXGR:g}" if present(row.ATOXGR) else "not known"


def _or_unknown(row) -> str:
    return category_words(row) if present(row.CTRCD) else "not known"


def every_method(view: View, *parameters: str) -> DataFrame:
    """The measurements of treated subjects by every imaging method, several of a day too: what a finding counts."""
    return view.ask("heart_measurements", parameters=list(parameters), every=True)


def every_question(view: View, *parameters: str) -> Question:
    """The question that gave the measurements by every method."""
    return view.question("heart_measurements", parameters=list(parameters), every=True)


def question(view: View, *parameters: str) -> Question:
    """The question that gave the measurements."""
    return view.question("heart_measurements", parameters=list(parameters), every=False)


def named(row) -> str:
    """ "A103 ejection fraction 58 % of 3 May 2007"."""
    return f"{row.SUBJID} {row.PARAM.lower()} {row.AVALC} {row.AVALU} of {day(row.ADT)}"


def _result(row) -> str:
    category = f", CTRCD {category_words(row)}" if present(row.CTRCD) else ""
    return f"{row.AVALC} {row.AVALU}{category}"

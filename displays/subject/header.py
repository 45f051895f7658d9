"""One subject: who it is, how the subject was treated, and with what result."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.display import Display, display, plain
from displays.groups import everybody, present
from displays.heart.definitions import own_units
from displays.heart.qtc import LIMITS_MS
from displays.since import SINCE_LABELS, compare, since
from displays.subject.facts import UNKNOWN, facts, longest_qtcf, status, years
from displays.subject.known import ALONE, unknown
from displays.words import counted, exactly, on_day, sentence, term_in_words
from queries import View
from queries.frames import rows_of

LABELS = {"MEASURE": "About", "NOW": "Now", "DENOM": "Of", "NOTE": "Note"} | SINCE_LABELS


def subject_header(view: View, subject: str) -> Display:
    """Who is this subject, how was the subject treated, and with what result?"""
    view, name = everybody(view), "subject_header"
    rows, before = (ask(name, usubjid=subject) for ask in (view.ask, view.ask_previous))
    if rows.empty:
        return unknown(view, name, "Subject", subject)
    (row,) = rows_of(rows)
    table = _compared(rows, before, view)
    return display(
        view,
        name,
        title=f"Subject {row.SUBJID}",
        finding=_finding(row, view),
        table=table.assign(USUBJID=subject),
        labels=LABELS,
        population=" ".join(filter(None, [ALONE, since(view, _news(table, before))])),
        method="Cumulative dose: the sum of what was infused. Prior anthracyclines in mg/m² of doxorubicin, by the "
        f"factors of the trial's definition (Feijen 2019; ESC 2022). {own_units(view)} DLT evaluation, best response "
        "and CTRCD as defined on the pages Dose escalation, Remission and Heart.",
        source="adsl, adex, addl, adrs, adcv, adctrcd, addue, adeg, adae; deaths as delivered.",
        questions=(view.question(name, usubjid=subject), "ecg_subjects"),
    )


def _compared(rows: DataFrame, before: DataFrame | None, view: View) -> DataFrame:
    """The facts with SINCE and PREVIOUS; a fact that was not known before is not a changed one."""
    now, then = (None if answer is None else _table(answer, view) for answer in (rows, before))
    table = compare(now, then, ("MEASURE",), lambda fact: fact.NOW, always=True).rows
    known = (table["SINCE"] == "changed") & (table["PREVIOUS"] != UNKNOWN)
    return table.assign(SINCE=table["SINCE"].where(known, ""))


def _table(rows: DataFrame, view: View) -> DataFrame:
    columns = ["MEASURE", "NOW", "DENOM", "NOTE"]
    return DataFrame([fact for row in rows_of(rows) for fact in facts(row, view)], columns=columns)


def _news(table: DataFrame, before: DataFrame | None) -> str:
    """What of the facts changed since the previous cut; empty where no cut is compared."""
    if before is None:
        return ""
    if before.empty:
        return "the subject is new"
    changed = list(table.loc[table["SINCE"] != "", "MEASURE"])
    return f"changed: {'; '.join(changed)}" if changed else "no change in these facts"


def _finding(row, view: View) -> list[str]:
    dose = f"at {plain(row.TRTA)}" if present(row.TRTA) else "assigned to no dose"
    age = f" of {years(row.AGE)}" if present(row.AGE) else ""
    disease = f" with {row.DISEASE}" if present(row.DISEASE) else ""
    comma = " " if present(row.TRTA) else ", "
    return [f"A {_person(row)}{age}{disease}{comma}{dose}.", sentence("; ".join(_results(row, view)))]


def _person(row) -> str:
    child = present(row.AGE) and row.AGE < 18
    return {"M": "boy" if child else "man", "F": "girl" if child else "woman"}.get(row.SEX, "subject")


def _results(row, view: View) -> list[str]:
    now = status(row)
    words = [
        f"DLT evaluation: {row.DLTSTAT}" if present(row.DLTSTAT) else "",
        f"best response {plain(row.BEST)}" if present(row.BEST) else "",
        *_heart(row, view),
        now["NOW"].lower() + (f" ({now['DENOM']})" if now["DENOM"] else ""),
        now["NOTE"] if row.DTHFL == "Y" else "",
    ]
    return [word for word in words if word]


def _heart(row, view: View) -> list[str]:
    """Of a treated subject: the lowest LVEF or that there is none, heart failure, and a QTcF above 500 ms."""
    if row.SAFFL != "Y":
        return []
    failure = present(row.HFTERM)
    when = f" on {on_day(row.HFADY)}" if failure and present(row.HFADY) else ""
    longest = longest_qtcf(row, view)
    long = longest is not None and longest.AVALCA1 == f">{LIMITS_MS[-1]}"
    return [
        _lvef(row, view),
        f"symptomatic CTRCD ({plain(term_in_words(row.HFTERM))}{when})" if failure else "",
        f"QTcF above {LIMITS_MS[-1]} ms on {on_day(longest.ADY)}" if long else "",
    ]


def _lvef(row, view: View) -> str:
    if present(row.LVEFLOW):
        return f"lowest LVEF {exactly(row.LVEFLOW)} % on {on_day(row.LVEFLOWDY)}"
    if "cv" not in view.cut.delivered:
        return f"LVEF {absence(view.cut, 'cv')}"
    late = f" ({counted(int(row.ECHOLATE), 'day')} overdue)" if present(row.ECHOLATE) else ""
    return f"no LVEF after the first infusion{late}"

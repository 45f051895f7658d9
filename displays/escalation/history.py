"""How the escalation went, cohort by cohort."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame, Series

from displays.display import Display, display, not_collected
from displays.escalation.dose import two_levels
from displays.escalation.evaluation import why_not_evaluable, why_pending
from displays.escalation.words import definition, protocol
from displays.groups import cohort_name, nobody, present
from displays.since import SINCE_LABELS, Compared, compare, match, since, values
from displays.words import counted, sentence
from queries import View
from queries.frames import rows_of

ESCALATION_HISTORY = ("escalation_history", "Escalation history")
LABELS = {
    "COHORTNAM": "Cohort",
    "TRTA": "Dose level",
    "FIRSTDT": "First infusion",
    "LASTINFDT": "Last infusion so far",
    "NENROLLED": "Enrolled (n)",
    "NTREATED": "Treated (n)",
    "OUTCOME": "With DLT, of evaluable",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "NPENDING": "Pending (n)",
    "NNOTEVAL": "Not evaluable (n)",
    "FOLLOWED": "What followed",
    "DLTS": "DLTs",
    "WHO": "Not evaluable, pending or another dose, why",
} | SINCE_LABELS
BRIEF = ("COHORTNAM", "TRTA", "FIRSTDT", "NTREATED", "OUTCOME", "FOLLOWED", "DLTS", "WHO", *SINCE_LABELS)
NOT_STATED = "Not stated"
FOLLOWED = {"ESCALATED": "Escalated to", "DE-ESCALATED": "De-escalated to", "CONTINUED": "Continued at"}
KEY = ("COHORTNAM", "TRTA")
COMPARED = {"NTREATED": "treated", "NEVAL": "evaluable", "NDLT": "with DLT", "FOLLOWED": ""}


def escalation_history(view: View) -> Display:
    """Each cohort's dose, dates, denominators and DLTs, and what was done next."""
    if not view.trial.dose_levels:
        return not_collected(view, *ESCALATION_HISTORY, "Dose levels")
    compared = cohorts(view)
    table = compared.rows
    people = members(view, table)
    return display(
        view,
        *ESCALATION_HISTORY,
        finding=_finding(view, compared),
        table=table,
        labels=LABELS,
        brief=BRIEF,
        behind=_behind(people),
        questions=("dose_escalation", "dlt_status"),
        population=_population(table),
        method="What followed is read from the dose of the next cohort to enrol; it is no recommendation. "
        + definition(view),
        source=protocol(view),
    )


def _population(table: DataFrame) -> str:
    enrolled = f"{counted(int(table['NENROLLED'].sum()), 'enrolled subject')} at a planned dose level"
    treated = f", {table['NTREATED'].sum() or 'none'} treated" if len(table) else ""
    absent = " DLTs: not collected in this cut." if len(table) and table["NEVAL"].isna().all() else ""
    return sentence(enrolled + treated) + absent


def cohorts(view: View) -> Compared:
    """The answer of `dose_escalation` with COHORTNAM, FOLLOWED, OUTCOME, DLTS and WHO, beside the previous cut's.

    WHO: which subjects are not evaluable or pending, and why, or were given another level than assigned.
    """
    now, before = _in_words(view.ask("dose_escalation")), view.ask_previous("dose_escalation")
    compared = compare(
        _with_subjects(now, members(view, now)),
        None if before is None else _in_words(before),
        KEY,
        values(*COMPARED),
        words=_moved,
    )
    return compared if before is None else _filtered_in(compared, _in_words(view.previous.ask("dose_escalation")))


def _filtered_in(compared: Compared, everybody: DataFrame) -> Compared:
    """A cohort is new where nobody at all was in it at the previous cut, not where the filters found nobody."""
    rows = compared.rows
    opened = Series(range(len(rows)), index=rows.index).isin(match(rows, everybody, KEY)["NOW"])
    known = opened & (rows["SINCE"] == "new")
    marked = rows.assign(
        SINCE=rows["SINCE"].mask(known, "changed"), PREVIOUS=rows["PREVIOUS"].mask(known, "none of these subjects")
    )
    return replace(compared, rows=marked)


def _moved(was, row) -> str:
    """ "4 treated; 3 evaluable": the former value of each number that has changed."""
    same, compared = values(*COMPARED)(row), values(*COMPARED)(was)
    return "; ".join(
        f"{then or 'none'} {word}".strip()
        for word, then, now in zip(COMPARED.values(), compared, same, strict=True)
        if then != now
    )


def _in_words(table: DataFrame) -> DataFrame:
    rows = list(rows_of(table))
    return table.assign(
        COHORTNAM=[cohort_name(row) or NOT_STATED for row in rows], FOLLOWED=[_followed(row) for row in rows]
    )


def _followed(row) -> str:
    """ "Escalated to 230 mg/m²/day for the expansion"."""
    if row.FOLLOWCD == "OPEN":
        return "Open"
    if row.FOLLOWCD == "CONTINUED" and row.NEXTEXP == "Y":
        return "Expanded at this dose"
    expansion = " for the expansion" if row.NEXTEXP == "Y" else ""
    return f"{FOLLOWED[row.FOLLOWCD]} {row.NEXTTRTA}{expansion}"


def members(view: View, table: DataFrame) -> list[list]:
    """The treated subjects of each cohort of the table, as rows of `dlt_status`."""
    at: dict[tuple[str, str], list] = {}
    for row in rows_of(view.ask("dlt_status")):
        at.setdefault((cohort_name(row) or NOT_STATED, row.TRTA), []).append(row)
    return [at.get((row.COHORTNAM, row.TRTA), []) for row in rows_of(table)]


def _behind(people: list[list]) -> dict[str, tuple[str, ...]]:
    """The treated subjects of a cohort, and those with a DLT."""
    cells = {
        f"{column} {place}": tuple(row.USUBJID for row in rows if column == "NTREATED" or row.DLTSTAT == "DLT")
        for place, rows in enumerate(people)
        for column in ("NTREATED", "OUTCOME")
    }
    return {cell: subjects for cell, subjects in cells.items() if subjects}


def _with_subjects(table: DataFrame, people: list[list]) -> DataFrame:
    """The cohorts with OUTCOME, DLTS and WHO: who had a DLT, is not evaluable, pending or at another dose."""
    return table.assign(
        DLTS=["; ".join(_dlts(rows)) or None for rows in people],
        OUTCOME=[f"{row.NDLT} of {row.NEVAL}" if present(row.NEVAL) else "" for row in rows_of(table)],
        WHO=["; ".join([*_not_evaluable(rows), *_pending(rows), *_other_dose(rows)]) for rows in people],
    )


def _dlts(rows: list) -> list[str]:
    return [f"{row.SUBJID} {row.DLTTERM}" for row in rows if row.DLTSTAT == "DLT"]


def _not_evaluable(rows: list) -> list[str]:
    return [f"{row.SUBJID} {why_not_evaluable(row)}" for row in rows if row.DLTSTAT == "Not evaluable"]


def _pending(rows: list) -> list[str]:
    return [f"{row.SUBJID} pending, {why_pending(row)}" for row in rows if row.DLTSTAT == "Pending"]


def _other_dose(rows: list) -> list[str]:
    return [f"{row.SUBJID} {words}" for row in rows if (words := two_levels(row))]


def _finding(view: View, compared: Compared) -> list[str]:
    table = compared.rows
    if table.empty:
        return [nobody(view)]
    last = table.iloc[-1]
    words = f"{counted(len(table), 'cohort')} so far, {_span(table)}; the latest is {_named(last)}"
    words = words if len(table) > 1 else f"one cohort so far: {_named(last)}"
    number = f"{last.NTREATED} treated in {'the latest' if len(table) > 1 else 'it'}"
    if present(last.NEVAL):
        number += f": {last.NEVAL} evaluable, {last.NPENDING} pending, {last.NNOTEVAL} not evaluable, {last.NDLT} with "
        number += "a DLT"
    return [sentence(words), sentence(number), since(view, _news(compared))]


def _named(row) -> str:
    return f"{row.COHORTNAM.lower()} at {row.TRTA}"


def _span(table: DataFrame) -> str:
    low, high = table.loc[table["TRTAN"].idxmin(), "TRTA"], table.loc[table["TRTAN"].idxmax(), "TRTA"]
    return f"{low} to {high}" if low != high else f"all at {low}"


def _news(compared: Compared) -> str:
    names = [_named(row) for row in rows_of(compared.new)]
    return f"new {'; '.join(names)}" if names else "no new cohort"

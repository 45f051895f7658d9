"""How the escalation went, cohort by cohort."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.escalation.evaluation import why_not_evaluable, why_pending
from displays.escalation.words import definition, protocol, since
from displays.groups import cohort_name, nobody, present
from displays.words import counted, sentence
from queries import View

NAME, TITLE = "escalation_history", "Escalation history"
LABELS = {
    "COHORTNAM": "Cohort",
    "TRTA": "Dose level",
    "FIRSTDT": "First infusion",
    "LASTINFDT": "Last infusion so far",
    "NENROLLED": "Enrolled (n)",
    "NTREATED": "Treated (n)",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "NPENDING": "Pending (n)",
    "NNOTEVAL": "Not evaluable (n)",
    "FOLLOWED": "What followed",
    "DLTS": "DLTs",
    "WHO": "Not evaluable or pending, why",
    "BEFORE": "At the previous cut",
    "CHANGED": "Change",
}
NOT_STATED = "Not stated"
FOLLOWED = {"ESCALATED": "Escalated to", "DE-ESCALATED": "De-escalated to", "CONTINUED": "Continued at"}
COMPARED = {"NTREATED": "treated", "NEVAL": "evaluable", "NDLT": "with DLT", "FOLLOWED": ""}


def escalation_history(view: View) -> Display:
    """Each cohort's dose, dates, denominators and DLTs, and what was done next."""
    if not view.trial.dose_levels:
        return not_collected(view, NAME, TITLE, "Dose levels")
    table = cohorts(view)
    return display(
        view,
        NAME,
        title=TITLE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        questions=("dose_escalation", "dlt_status"),
        population=sentence(
            f"{counted(int(table['NENROLLED'].sum()), 'enrolled subject')} with an assigned dose level"
            + (f", {table['NTREATED'].sum() or 'none'} treated" if len(table) else "")
        )
        + (" DLTs: not collected in this cut." if len(table) and table["NEVAL"].isna().all() else ""),
        method="What followed is read from the dose of the next cohort to enrol; it is no recommendation. "
        + definition(view),
        source=protocol(view),
    )


def cohorts(view: View) -> DataFrame:
    """The answer of `dose_escalation` with COHORTNAM, FOLLOWED, DLTS, WHO (who cannot be judged, and why), CHANGED and BEFORE."""
    table, before = _in_words(view.ask("dose_escalation")), view.ask_previous("dose_escalation")
    table = _with_subjects(table, view.ask("dlt_status"))
    if before is None:
        return table.assign(CHANGED="", BEFORE="")
    earlier = {(row.COHORTNAM, row.TRTA): row for row in _in_words(before).itertuples()}
    # a cohort is new where nobody at all was in it, not where the filters found nobody
    opened = {(row.COHORTNAM, row.TRTA) for row in _in_words(view.previous.ask("dose_escalation")).itertuples()}
    changes = [
        _change(row, earlier.get((row.COHORTNAM, row.TRTA)), (row.COHORTNAM, row.TRTA) in opened)
        for row in table.itertuples()
    ]
    return table.assign(CHANGED=[c for c, _ in changes], BEFORE=[b for _, b in changes])


def _in_words(table: DataFrame) -> DataFrame:
    rows = list(table.itertuples())
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


def _with_subjects(table: DataFrame, people: DataFrame) -> DataFrame:
    """The cohorts with DLTS and WHO: which subjects had a DLT, which are not evaluable or pending, and why."""
    at: dict[tuple[str, str], list] = {}
    for row in people.itertuples():
        at.setdefault((cohort_name(row) or NOT_STATED, row.TRTA), []).append(row)
    members = [at.get((row.COHORTNAM, row.TRTA), []) for row in table.itertuples()]
    return table.assign(
        DLTS=["; ".join(_dlts(rows)) or None for rows in members],
        WHO=["; ".join([*_not_evaluable(rows), *_pending(rows)]) for rows in members],
    )


def _dlts(rows: list) -> list[str]:
    return [f"{row.SUBJID} {row.DLTTERM}" for row in rows if row.DLTSTAT == "DLT"]


def _not_evaluable(rows: list) -> list[str]:
    return [f"{row.SUBJID} {why_not_evaluable(row)}" for row in rows if row.DLTSTAT == "Not evaluable"]


def _pending(rows: list) -> list[str]:
    return [f"{row.SUBJID} pending, {why_pending(row)}" for row in rows if row.DLTSTAT == "Pending"]


def _change(row, earlier, opened: bool) -> tuple[str, str]:
    if earlier is None:
        return ("changed", "none of these subjects") if opened else ("new", "")
    moved = [
        f"{_number(getattr(earlier, column))} {words}".strip()
        for column, words in COMPARED.items()
        if _differ(getattr(row, column), getattr(earlier, column))
    ]
    return ("changed", "; ".join(moved)) if moved else ("", "")


def _differ(now, before) -> bool:
    return now != before if present(now) and present(before) else present(now) != present(before)


def _number(value) -> str:
    return str(value) if present(value) else "none"


def _finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    last = table.iloc[-1]
    text = f"{counted(len(table), 'cohort')} so far, {_span(table)}; the latest" if len(table) > 1 else "one cohort"
    text += f" ({last.COHORTNAM.lower()} at {last.TRTA}) has {last.NTREATED} treated"
    if present(last.NEVAL):
        text += (
            f", {last.NEVAL} evaluable, {last.NPENDING} pending, {last.NNOTEVAL} not evaluable, {last.NDLT} with a DLT"
        )
    return sentence(text) + _news(view, table)


def _span(table: DataFrame) -> str:
    low, high = table.loc[table["TRTAN"].idxmin(), "TRTA"], table.loc[table["TRTAN"].idxmax(), "TRTA"]
    return f"{low} to {high}" if low != high else f"all at {low}"


def _news(view: View, table: DataFrame) -> str:
    if view.previous is None:
        return ""
    new = table[table["CHANGED"] == "new"]
    names = "; ".join(f"{row.COHORTNAM.lower()} at {row.TRTA}" for row in new.itertuples())
    return " " + sentence(f"{since(view)}: " + (f"new {names}" if len(new) else "no new cohort"))

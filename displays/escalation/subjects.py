"""Every treated subject at its dose level: DLT, no DLT, pending or not evaluable."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.drawing import crowd
from displays.escalation.dose import dose_note, notable_doses
from displays.escalation.evaluation import status_but_days, status_words, with_reasons
from displays.escalation.subjects_figure import figure, levels_shown
from displays.escalation.words import after_window, by_level, definition, protocol
from displays.groups import NO_LEVEL, cohort_name, dlts_collected, nobody, present, window
from displays.since import SINCE_LABELS, Compared, compare, since
from displays.words import counted, listed, sentence
from queries import View
from queries.frames import rows_of

SUBJECT_BY_DOSE = ("subject_by_dose", "Every treated subject by dose level")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "COHORTNAM": "Cohort",
    "DISEASE": "Disease",
    "TRTSDT": "First infusion",
    "DLTSTAT": "Status",
    "DAYSLEFT": "Days left in the window",
    "PENDREAS": "Why pending",
    "NEREASN": "Why not evaluable",
    "DLTTERM": "DLT",
    "DLTGR": "Grade",
    "DLTADY": "Onset (day)",
    "NDOSE1": "Infusions in course 1 (n)",
    "DOSESHR": "Dose of course 1, of the planned",
    "DOSENOTE": "Dose other than assigned",
    "WINENDT": "Window ends",
} | SINCE_LABELS


def subject_by_dose(view: View) -> Display:
    """Who was treated at which dose, in order of first infusion, and what each says about DLTs."""
    if not dlts_collected(view):
        return not_collected(view, *SUBJECT_BY_DOSE, "DLTs")
    compared = subjects(view)
    table = compared.rows
    return display(
        view,
        *SUBJECT_BY_DOSE,
        finding=_finding(view, compared),
        table=table,
        labels=LABELS,
        formats={"DOSESHR": "percent"},
        figure=figure(view, _drawn(table)) if len(table) else None,
        questions=("dlt_status",),
        population=_population(view, table),
        method=definition(view),
        source=protocol(view),
    )


def subjects(view: View) -> Compared:
    """The answer of `dlt_status`, with STATE (the status in words), cohort and reasons, beside the previous cut's."""
    # everybody of the previous cut: who was treated then and has come under the filters since is not new
    before = view.previous.ask("dlt_status") if view.previous else None
    return compare(
        _in_words(view.ask("dlt_status")),
        before,
        ("USUBJID",),
        status_but_days,
        words=lambda was, _: status_words(was),
    )


def _in_words(subjects: DataFrame) -> DataFrame:
    rows = list(rows_of(subjects))
    return with_reasons(subjects).assign(
        STATE=[status_words(row) for row in rows],
        COHORTNAM=[cohort_name(row) for row in rows],
        DOSENOTE=[dose_note(row) or None for row in rows],
        TRTA=subjects["TRTA"].fillna(NO_LEVEL),
    )


def _drawn(table: DataFrame) -> DataFrame:
    """The subjects drawn, in order of first infusion: of very many the last with a DLT, filled up with the last."""
    if not crowd.crowded(table):
        return table
    order = table.iloc[::-1].sort_values("DLTSTAT", key=lambda status: status != "DLT", kind="stable")
    return table[table["USUBJID"].isin(crowd.first_subjects(order))].reset_index(drop=True)


def _finding(view: View, compared: Compared) -> list[str]:
    table = compared.rows
    if table.empty:
        return [nobody(view)]
    counts = table["DLTSTAT"].value_counts()
    dlts = table[table["DLTSTAT"] == "DLT"].groupby("TRTA", sort=False)["USUBJID"].count()
    text = f"{counts.get('DLT', 0) or 'none'} of {counted(len(table), 'treated subject')} had a DLT"
    hit = {dose: dlts[dose] for dose in levels_shown(view, table) if dose in dlts}
    text += f" ({by_level(hit, view.trial.dose_unit)})" if hit else ""
    text += f"; {counts.get('Pending', 0)} pending, {counts.get('Not evaluable', 0)} not evaluable"
    doses = notable_doses(table)
    return [sentence(text), *([sentence(doses)] if doses else []), since(view, _news(compared))]


def _news(compared: Compared) -> str:
    """ "2 subjects first treated, 3 statuses changed, of which 101-003 No DLT → DLT after an earlier evaluation"."""
    changed = compared.changed
    was = compared.was.loc[changed.index, "DLTSTAT"]
    again = [
        f"{row.SUBJID} {then} → {row.STATE if row.DLTSTAT == 'Pending' else row.DLTSTAT}"
        for row, then in zip(rows_of(changed), was, strict=True)
        if present(then) and then != "Pending"  # where DLTs were not collected then, there was no verdict
    ]
    text = (
        f"{counted(len(compared.new), 'subject')} first treated, {counted(len(changed), 'status', 'statuses')} changed"
    )
    return text + (f", among them {listed(again)} after an earlier verdict" if again else "")


def _population(view: View, table: DataFrame) -> str:
    if table.empty:
        return f"No treated subjects. {window(view)}"
    diseases = table["DISEASE"].fillna("disease not stated").value_counts()
    expansion = (table["EXPFL"] == "Y").sum()
    of_disease = listed([f"{n} {name}" for name, n in diseases.items()])
    people = f"{counted(len(table), 'treated subject')} ({of_disease}), {expansion or 'none'} of them in the expansion"
    which = f"the last {crowd.NAMED} by first infusion, those with a DLT first,"
    people += f". {said.removesuffix('.')}" if (said := crowd.words(table, which, "all are in the table")) else ""
    return f"{people}; in order of first infusion. {window(view)}{after_window(view, table)}"

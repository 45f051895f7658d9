"""The grade ≥ 3 events that were adjudicated not dose-limiting, by dose level: what a board asks beside the DLTs."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.dlts import fatal_words, found_no_dlt, news_of_others, related_words, thing
from displays.adverse_events.events import headings, listed_events
from displays.display import Display, display, not_collected
from displays.escalation.words import definition, protocol
from displays.groups import NO_LEVEL, dlts_collected, nobody, present, treated
from displays.words import counted, first_of, first_parts, listed, sentence, term_in_words
from queries import View
from queries.frames import rows_of

NOT_DLT_BY_DOSE = ("not_dlt_by_dose", "Grade 3 or worse and not a DLT, by dose level")
LABELS = {
    "TRTA": "Dose level",
    "SUBJECTS": "Subjects",
    "OPEN": "Not adjudicated yet",
    "GRAVE": "Grade 4 and 5, or not graded",
    "GRADE3": "Grade 3",
    "RELATED": "Events related to study drug",
    "NEWS": headings()["SINCE"],
}
MOST_NAMED = 6
"""Of more events of a dose level it is said how many more there are."""
MOST_BY_NAME = 2
"""A term of so many events of grade 3 has its subjects named; of more it has their number."""
LISTING = "Each event with the reason of its adjudication: Adverse events › Not a DLT, and After the DLT window"


def not_dlt_by_dose(view: View) -> Display:
    """Of each dose level, the highest first, the grade 3 or worse events that are not DLTs, the worst by name."""
    if not dlts_collected(view):
        return not_collected(view, *NOT_DLT_BY_DOSE, "DLT adjudications")
    events = listed_events(view, "grade3_not_dlt", leaving="ae_events").rows
    events = events.assign(TRTA=events["TRTA"].fillna(NO_LEVEL))
    table = _table(view, events)
    return display(
        view,
        *NOT_DLT_BY_DOSE,
        finding=_finding(view, events),
        table=table.drop(columns="WHO"),
        labels=LABELS,
        brief=("TRTA", "SUBJECTS", "OPEN", "GRAVE", "GRADE3"),
        behind={f"SUBJECTS {place}": who for place, who in table["WHO"].items() if who},
        questions=("grade3_not_dlt", "dlt_by_dose"),
        population=_population(view),
        method="Events of grade 3 or worse (without a grade: severe) adjudicated not dose-limiting, whenever they "
        "began after the first infusion, and those of the DLT window that await adjudication. Related: as the "
        f"investigator reported. {definition(view)}",
        source=protocol(view),
    )


def _table(view: View, events: DataFrame) -> DataFrame:
    """One row a dose level with a treated subject, the highest first; WHO: the subjects (USUBJID), the worst first."""
    levels = view.ask("dlt_by_dose").query("NTREATED > 0")
    planned = levels["TRTA"] != NO_LEVEL
    in_order = [*levels[planned]["TRTA"][::-1], *levels[~planned]["TRTA"]]
    number = dict(levels[["TRTA", "NTREATED"]].values)
    rows = [(dose, *_level(events[events["TRTA"] == dose], number[dose])) for dose in in_order]
    return DataFrame(rows, columns=[*LABELS, "WHO"])


def _level(events: DataFrame, number: int) -> tuple:
    waiting, judged = events[events["DLTFL"].isna()], events[events["DLTFL"] == "N"]
    third = judged["ATOXGR"] == 3
    related = int((judged["RELFL"] == "Y").sum())
    new = int((events["SINCE"] == "new").sum())
    return (
        f"{events['USUBJID'].nunique()} of {number}",
        first_parts([_named(row) for row in rows_of(waiting)], MOST_NAMED) if len(waiting) else "",
        first_parts([_with_reason(row) for row in rows_of(judged[~third])], MOST_NAMED) if not third.all() else "",
        "; ".join(_terms(judged[third])),
        f"{related} of {len(judged)}" if len(judged) else "",
        f"{new} new" if new else "",
        tuple(dict.fromkeys(events["USUBJID"])),
    )


def _named(row) -> str:
    """ "106-001 Bone marrow failure, grade 4, day 43 (after the window), not related"; "… (new)"."""
    grade = f"grade {row.GRADE}" if present(row.ATOXGR) else row.GRADE
    place = " (after the window)" if row.AFTERFL == "Y" else ""
    causality = row.CAUSALITY.lower() if present(row.AEREL) else "causality not stated"
    new = " (new)" if row.SINCE == "new" else ""
    return f"{row.SUBJID} {row.AEDECOD}, {grade}, {row.ONSET.lower()}{place}, {causality}{new}"


def _with_reason(row) -> str:
    return f"{_named(row)}: {term_in_words(row.DLTRS)}" if present(row.DLTRS) else _named(row)


def _terms(events: DataFrame) -> list[str]:
    """ "Febrile neutropenia (8, 2 new)", "Pneumonia (105-003)": the more frequent first; what began after the window
    apart."""
    groups = [
        (("", ", after the window")[after == "Y"], term, group)
        for (after, term), group in events.groupby(["AFTERFL", "AEDECOD"], sort=True)
    ]
    groups.sort(key=lambda group: -len(group[2]))
    return [f"{term}{after} ({_whose(group)})" for after, term, group in groups]


def _whose(events: DataFrame) -> str:
    names, new = list(events["SUBJID"]), int((events["SINCE"] == "new").sum())
    whom = listed(names) if len(names) <= MOST_BY_NAME else str(len(names))
    if not new:
        return whom
    return f"{whom}, new" if len(names) == 1 else f"{whom}, {new} new"


def _finding(view: View, events: DataFrame) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    words = [_counts(events, counted(number, "treated subject")), fatal_words(events), _late(events)]
    words += [related_words(events), LISTING if len(events) else ""]
    return [*map(sentence, filter(None, words)), news_of_others(view, events)]


def _counts(events: DataFrame, whom: str) -> str:
    judged, waiting = events[events["DLTFL"] == "N"], int(events["DLTFL"].isna().sum())
    awaits = f"{waiting or 'none'} {'await' if waiting > 1 else 'awaits'} adjudication"
    return f"{found_no_dlt(judged, whom, thing(events))}; {awaits}"


def _late(events: DataFrame) -> str:
    """Those that began later, by name: "1 began after the DLT window: 106-001 (Bone marrow failure, day 43)"."""
    late = events[events["AFTERFL"] == "Y"]
    named = [f"{row.SUBJID} ({row.AEDECOD}, {row.ONSET.lower()})" for row in rows_of(late)]
    return f"{len(late)} began after the DLT window: {first_of(named)}" if named else ""


def _population(view: View) -> str:
    number = treated(view)
    return (
        f"Events of {counted(number, 'treated subject')}, each followed to the data cut."
        if number
        else "No treated subjects."
    )

"""Adverse events of all dose levels together, as an open session may see them."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence
from displays.groups import no_subjects
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed, percent, share, term_in_words
from queries import View
from queries.frames import rows_of

TERMS_SHOWN = 15
FREQUENT, SEVERE = "Most frequent in any grade", "Further terms in grade 3 or worse"
EVENTS = {
    "PART": "Part",
    "AEDECOD": "Preferred term",
    "AEBODSYS": "System organ class",
    "SHARE": "Any grade, of treated",
    "SHARE3": "Grade 3 or worse, of treated",
    "SUBJECTS": "Subjects, any grade",
    "FRACTION": "Any grade",
    "SUBJECTS3": "Subjects, grade 3 or worse",
    "FRACTION3": "Grade 3 or worse",
    "OUTOF": "Of treated",
    "EVENTS": "Events",
} | SINCE_LABELS


ADVERSE_EVENTS = ("adverse_events", "Most frequent adverse events, all dose levels together")


def adverse_events(view: View) -> Display:
    """The most frequent treatment-emergent adverse events, all dose levels together."""
    treated = int(view.ask("overview_measures").set_index("MEASURE")["NUMBER"]["Treated"])
    if treated == 0:
        return no_subjects(view, *ADVERSE_EVENTS, audience="open")
    if not view.ask("overview_collected")["EVENTS"].iloc[0]:
        return not_collected(view, *ADVERSE_EVENTS, "Adverse events", audience="open")
    events = _terms(view)
    table = _most_frequent(events)
    return display(
        view,
        *ADVERSE_EVENTS,
        finding=_frequent(table, treated, held="terms" in view.held),
        table=table,
        labels=EVENTS,
        formats={"FRACTION": "percent", "FRACTION3": "percent"},
        brief=("AEDECOD", "SHARE", "SHARE3", "SINCE"),
        bars={"SHARE": "FRACTION", "SHARE3": "FRACTION3"},
        narrow="PART" if table["PART"].nunique() > 1 else "",
        population=_events_population(events, table, treated, view),
        method=f"{emergence(view.trial)} A subject counts once a preferred term, by the worst grade. {GRADES}",
        source="adae; MedDRA terms as delivered.",
        questions=("overview_adverse_events", "overview_measures", "overview_collected"),
        audience="open",
    )


def _most_frequent(events: DataFrame) -> DataFrame:
    """The terms most frequent in any grade, then those most frequent in grade 3 or worse that are not among them."""
    first, rest = events.head(TERMS_SHOWN), events.iloc[TERMS_SHOWN:]
    severe = (
        rest[rest["SUBJECTS3"].fillna(0) > 0]
        .sort_values(["SUBJECTS3", "SUBJECTS"], ascending=False, kind="stable")
        .head(TERMS_SHOWN)
    )
    return concat([first.assign(PART=FREQUENT), severe.assign(PART=SEVERE)], ignore_index=True)


def _terms(view: View) -> DataFrame:
    """Each preferred term with percentages, and how many subjects more or fewer than at the previous cut."""
    now, before = view.ask("overview_adverse_events"), view.ask_previous("overview_adverse_events")
    fraction, fraction3 = (now[column].astype("Float64") / now["OUTOF"] for column in ("SUBJECTS", "SUBJECTS3"))
    return compare_numbers(now, before, ("AEDECOD",), "SUBJECTS").assign(
        FRACTION=fraction,
        FRACTION3=fraction3,
        SHARE=[share(*row) for row in zip(now["SUBJECTS"], now["OUTOF"], fraction, strict=True)],
        SHARE3=[share(*row) for row in zip(now["SUBJECTS3"], now["OUTOF"], fraction3, strict=True)],
    )


def _frequent(table: DataFrame, treated: int, *, held: bool) -> list[str]:
    if table.empty and held:
        return ["Not shown in the open session: adverse events would be told of fewer than five subjects."]
    if table.empty:
        return [f"No adverse event in {counted(treated, 'treated subject')}."]
    first = [
        f"{term_in_words(row.AEDECOD)} {row.SUBJECTS} of {treated} ({percent(row.FRACTION)})"
        for row in rows_of(table.head(3))
    ]
    severe = table[table["SUBJECTS3"].fillna(0) > 0].sort_values("SUBJECTS3", ascending=False, kind="stable").head(1)
    worst = "".join(
        f"In grade 3 or worse: {term_in_words(row.AEDECOD)} {row.SUBJECTS3} of {treated} ({percent(row.FRACTION3)})."
        for row in rows_of(severe)
    )
    return [f"Most frequent: {listed(first)}.", worst]


def _events_population(events: DataFrame, table: DataFrame, treated: int, view: View) -> str:
    words = [f"{counted(treated, 'treated subject')}; {counted(len(events), 'preferred term')}."]
    rest = events[~events["AEDECOD"].isin(table["AEDECOD"])]
    if len(rest):
        most = counted(int(rest["SUBJECTS"].max()), "subject")
        words.append(f"Not shown: {counted(len(rest), 'other term')}, each in at most {most}.")
    if len(events) and events["SUBJECTS3"].isna().all():
        words.append("Grades: not collected in this cut.")
    for column, what in (
        ("IMPLIED", "graded by the outcome (fatal 5, life-threatening 4)"),
        ("UNGRADED", "without a grade"),
        ("UNCODED", "not coded, together under one name"),
    ):
        if events[column].sum():
            words.append(f"{counted(int(events[column].sum()), 'event')} {what}.".capitalize())
    if "terms" in view.held:
        words.append("Not shown in the open session: terms that would be told of fewer than five subjects.")
    return " ".join(words)

"""What each subject was given against what was planned: courses, delays, reductions, interruptions, with reasons."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.groups import nobody, present
from displays.since import SINCE_LABELS, Compared, compare, since, values
from displays.words import amount, counted, first_of, listed, percent, sentence
from queries import View
from queries.frames import rows_of
from trial import Trial

EXPOSURE = ("exposure_by_subject", "Exposure of each subject")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "NCOURSE": "Courses (n)",
    "DOSEGIVEN": "Given of planned ({unit})",
    "RDI": "Relative dose intensity",
    "BETWEEN": "Days between courses",
    "CHANGES": "Changes",
    "REASONS": "Reasons as delivered (EX)",
    "ACTIONS": "Events with an action taken",
    "PLANNED": "Planned ({unit})",
    "GIVEN": "Given ({unit})",
    "DOSESHR": "Given of planned",
    "NDUE": "Infusions due (n)",
    "NGIVEN": "Infusions given (n)",
    "NLATE": "Courses delayed (n)",
    "NREDUCED": "Infusions of a smaller dose (n)",
    "NINTER": "Infusions interrupted (n)",
    "NMISSED": "Infusions missed (n)",
} | SINCE_LABELS
BRIEF = ("SUBJID", "TRTA", "NCOURSE", "DOSEGIVEN", "RDI", "BETWEEN", "CHANGES", "REASONS", "ACTIONS", *SINCE_LABELS)
KINDS = {
    "NREDUCED": ("reduced", "a reduced dose"),
    "NINTER": ("interrupted", "an interrupted infusion"),
    "NMISSED": ("missed", "a missed infusion"),
    "NLATE": ("delayed", "a delayed course"),
}
"""Column → what happened to an infusion or a course, and what a subject had."""
STATE = ("NCOURSE", "GIVEN", *KINDS)


def exposure_by_subject(view: View) -> Display:
    """What each subject was given against the plan, and why less or later."""
    if "ex" not in view.cut.received:
        return not_collected(view, *EXPOSURE, "Infusions", "ex")
    asked = plan(view.trial)
    # everybody of the previous cut: what was known before is not new because its subject has come under the filters
    before = view.previous.ask("exposure_subjects", **asked) if view.previous else None
    compared = compare(view.ask("exposure_subjects", **asked), before, ("USUBJID",), values(*STATE), words=_was)
    table = _changed_first(_in_words(view, compared.rows))
    return display(
        view,
        *EXPOSURE,
        finding=_finding(view, table, compared),
        table=table,
        labels=LABELS,
        brief=BRIEF,
        sorts={"DOSEGIVEN": "DOSESHR", "BETWEEN": "LATEST"},
        formats=dict.fromkeys(("RDI", "DOSESHR"), "percent") | dict.fromkeys(("PLANNED", "GIVEN"), "amount"),
        population=population(view, table),
        method=method(view),
        source=SOURCE,
        questions=(view.question("exposure_subjects", **asked),),
    )


SOURCE = (
    "Exposure, dispositions and adverse events as delivered. Relative dose intensity: Hryniuk and Bush, J Clin Oncol "
    "1984;2:1281."
)


def plan(trial: Trial) -> dict:
    """What the question needs of the protocol."""
    return dict(course_days=trial.course_days, delay_days=trial.delay_days)


def method(view: View) -> str:
    """How planned and given are computed, for both displays."""
    trial = view.trial
    late = (
        f"A course is planned {trial.course_days} days after the start of the one before; delayed: more than "
        f"{trial.delay_days} days later. Relative dose intensity: the dose given per day, from the first infusion to "
        f"{trial.course_days} days after the start of the last course, of the dose planned per day (as far as due)."
        if trial.course_days
        else "The days between courses are not stated in the trial definition ([exposure] course_days): no course can "
        "be called delayed, and the relative dose intensity cannot be computed."
    )
    return (
        f"Planned: the dose of the level times {trial.infusions_per_course} infusions in each course begun, as far as "
        "due by the data cut. An infusion: all that was given on one day, in however many records; where several give "
        "more than the level’s dose and a day is lacking, the number of infusions is not known. "
        f"Reduced: a dose more than {percent(trial.dose_tolerance)} below the level’s; "
        "interrupted: the delivered reason says so; missed: due while alive and on study, and not given. A course is a "
        f"run of infusions: a gap of more than 7 days begins the next. {late}"
    )


def _in_words(view: View, rows: DataFrame) -> DataFrame:
    told = list(rows_of(rows))
    return rows.assign(
        DOSEGIVEN=[_given(row) for row in told],
        BETWEEN=[row.INTERVALS if present(row.INTERVALS) else "one course" for row in told],
        CHANGES=[changes(row) for row in told],
    )


def _given(row) -> str:
    """ "1,260 of 1,380 (91 %)"; what is not known is said."""
    if not present(row.GIVEN):
        return "not known"
    if not present(row.PLANNED):
        return f"{amount(row.GIVEN)}; no dose planned"
    return f"{amount(row.GIVEN)} of {amount(row.PLANNED)} ({percent(row.DOSESHR)})"


def changes(row) -> str:
    """ "3 infusions reduced; 1 course delayed"; "" where nothing was changed."""
    found = []
    for column, (word, _) in KINDS.items():
        if present(number := getattr(row, column)) and number:
            found.append(f"{counted(int(number), 'course' if column == 'NLATE' else 'infusion')} {word}")
    if not present(row.NMISSED):
        found.append("number of infusions not known")
    if row.NNODOSE:
        found.append(f"dose of {counted(int(row.NNODOSE), 'infusion')} not known")
    return "; ".join(found)


def _was(then, _) -> str:
    return ", ".join(filter(None, (counted(int(then.NCOURSE), "course"), f"{amount(then.GIVEN)} given", changes(then))))


def had(table: DataFrame, column: str) -> DataFrame:
    """The subjects with a change of one kind."""
    return table[table[column].fillna(0) > 0]


def _changed_first(table: DataFrame) -> DataFrame:
    """Those reduced, interrupted or missed first, then the delayed, then the lowest share of the planned dose."""
    numbers = {f"BY{column}": -table[column].fillna(0) for column in KINDS}
    dose = numbers["BYNREDUCED"] + numbers["BYNINTER"] + numbers["BYNMISSED"]
    order = table.assign(BYDOSE=dose < 0, BYLATE=numbers["BYNLATE"], BYSHARE=table["DOSESHR"].astype("float64"))
    order = order.assign(BYDOSE=~order["BYDOSE"])
    return table.loc[order.sort_values(["BYDOSE", "BYSHARE", "BYLATE"], kind="stable").index].reset_index(drop=True)


def _finding(view: View, table: DataFrame, compared: Compared) -> list[str]:
    if table.empty:
        return [nobody(view)]
    parts = [
        f"{words}: {first_of(list(rows['SUBJID']))}"
        for column, (_, words) in KINDS.items()
        if column != "NLATE" and len(rows := had(table, column))
    ]
    late = had(table, "NLATE")
    more = int((table["NCOURSE"] > 1).sum())
    return [
        sentence(summary(view, table)),
        sentence("; ".join(parts)) if parts else "",
        sentence(f"a delayed course: {len(late)} of {counted(more, 'subject')} with a later course")
        if len(late)
        else "",
        since(view, f"{counted(len(compared.new), 'new subject')}, {len(compared.changed) or 'none'} with more given"),
    ]


def summary(view: View, table: DataFrame) -> str:
    """ "Of 35 treated subjects: 1 with a reduced dose, 2 with an interrupted infusion, …": each kind of change."""
    kinds = [column for column in KINDS if view.trial.course_days or column != "NLATE"]
    told = [f"{len(had(table, column)) or 'none'} with {KINDS[column][1]}" for column in kinds]
    return f"of {counted(len(table), 'treated subject')}: {listed(told)}"


def population(view: View, table: DataFrame) -> str:
    """Who is counted, and of whom the dose is not known."""
    if table.empty:
        return "No treated subjects."
    unknown = table[table["GIVEN"].isna() | table["NMISSED"].isna()]
    parts = [
        f"{counted(len(table), 'treated subject')}, {counted(int(table['NCOURSE'].sum()), 'course')}",
        f"dose or number of infusions not known: {first_of(list(unknown['SUBJID']))}" if len(unknown) else "",
        "" if view.trial.course_days else "the days planned between courses are not stated: delays cannot be assessed",
    ]
    return " ".join(sentence(part) for part in parts if part)

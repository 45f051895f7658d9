"""Events of special interest subject by subject: first onset, duration, outcome, and whether they came back."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.events import outcome
from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence, emergent
from displays.groups import nobody, present, treated
from displays.since import SINCE_LABELS, Compared, compare, since, values
from displays.words import counted, exactly, listed, sentence, term_in_words
from queries import View
from queries.frames import rows_of

INTEREST_COURSE = ("interest_course", "Special interest: onset, duration, outcome and recurrence")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "AESICAT": "Category",
    "AEDECOD": "Worst event",
    "GRADE": "Worst grade",
    "FIRST": "First onset",
    "LASTED": "Duration of the first",
    "OUTCOME": "Outcome of the worst",
    "AFFECTED": "Courses affected",
    "RECUR": "Again in a later course",
    "NEVENT": "Events (n)",
} | SINCE_LABELS
HIDDEN = ("NEVENT", "PREVIOUS")
NAMED = 3
STATE = ("WORST", "FIRSTDY", "DURATION", "AEOUT", "COURSES")
RECURRED = {"Y": "yes", "N": "no"}


def interest_course(view: View) -> Display:
    """When each subject's events of special interest began, how long they lasted, ended, and whether they came back."""
    if "ae" not in view.cut.received:
        return not_collected(view, *INTEREST_COURSE, "Adverse events")
    # everybody of the previous cut: what was known before is not new because its subject has come under the filters
    before = view.previous.ask("ae_interest_course") if view.previous else None
    compared = compare(view.ask("ae_interest_course"), before, ("USUBJID", "AESICAT"), values(*STATE), words=_was)
    table = _worst_first(_in_words(compared.rows))
    return display(
        view,
        *INTEREST_COURSE,
        finding=_finding(view, table, compared),
        table=table,
        labels=LABELS,
        brief=tuple(column for column in LABELS if column not in HIDDEN),
        narrow="AESICAT",
        sorts={"FIRST": "FIRSTDY", "LASTED": "DURATION"},
        formats={"AEDECOD": "words"},
        population=_population(view, table),
        method=f"{emergence(view.trial)} First onset: day 1 = first infusion; a partial date counts from its earliest "
        "possible day, what began before the first infusion and was fatal after it from the death. Duration: of the "
        "first event, its first and last day counted; not given for partial dates, nor for what began before. An event "
        "belongs to the last course begun by its onset. Again in a later course: of subjects given a later "
        f"course than the first affected. Categories and their terms: trial.toml. {GRADES}",
        source="Adverse events and exposure as delivered.",
        questions=("ae_interest_course",),
    )


def _in_words(rows: DataFrame) -> DataFrame:
    told = list(rows_of(rows))
    return rows.assign(
        GRADE=[exactly(row.WORST, 0) if present(row.WORST) else "not graded" for row in told],
        FIRST=[first_onset(row) for row in told],
        LASTED=[lasted(row) for row in told],
        OUTCOME=[outcome(row.AEOUT) for row in told],
        AFFECTED=[_affected(row) for row in told],
        RECUR=[_recurred(row) for row in told],
    )


def first_onset(row) -> str:
    """ "day 7", "about day 7" of a partial date, "not known"."""
    if not present(row.FIRSTDY):
        return "not known"
    return f"{'from ' if present(row.FIRSTDTF) else ''}day {row.FIRSTDY:g}"


def lasted(row) -> str:
    """ "9 days", "ongoing", "not known"."""
    if present(row.DURATION):
        return counted(int(row.DURATION), "day")
    return "no end delivered" if row.ONGOFL == "Y" else "not known"


def _affected(row) -> str:
    known = f"{row.COURSES} of {row.NCOURSE:g}" if present(row.COURSES) else ""
    unknown = f"{row.NUNCRS} of unknown course" if row.NUNCRS else ""
    return "; ".join(filter(None, (known, unknown)))


def _recurred(row) -> str:
    if present(row.RECURFL):
        return RECURRED[row.RECURFL]
    return "not known" if row.NUNCRS else "no later course"


def _was(then, _) -> str:
    return f"grade {exactly(then.WORST, 0)}, {first_onset(then)}, {lasted(then)}, {outcome(then.AEOUT).lower()}"


def _worst_first(table: DataFrame) -> DataFrame:
    """The category with most subjects of grade 3 or worse first; in it the worst grade first."""
    severe = (table["WORST"] >= 3).groupby(table["AESICAT"]).transform("sum")
    order = table.assign(SEVERE=-severe, NUMBER=-table.groupby("AESICAT")["USUBJID"].transform("size"))
    by = order.assign(GRADED=-table["WORST"].fillna(0)).sort_values(
        ["SEVERE", "NUMBER", "AESICAT", "GRADED"], kind="stable"
    )
    return table.loc[by.index].reset_index(drop=True)


def _finding(view: View, table: DataFrame, compared: Compared) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    whom = counted(number, "treated subject")
    if table.empty:
        return [f"No adverse event of special interest in {whom}.", since(view, compared.words("event"))]
    first, *others = [
        _of_category(category, rows, f"{len(rows)} of {whom}" if not place else str(len(rows)))
        for place, (category, rows) in enumerate(table.groupby("AESICAT", sort=False))
    ]
    news = f"{counted(len(compared.new), 'new row')}, {len(compared.changed) or 'none'} changed"
    again = [_again(category, rows) for category, rows in table.groupby("AESICAT", sort=False)]
    return [
        sentence(first),
        sentence("; ".join(others[:NAMED])) if others else "",
        sentence(f"again in a later course: {listed([words for words in again if words])}") if any(again) else "",
        since(view, news),
    ]


def _of_category(category: str, rows: DataFrame, whom: str) -> str:
    """ "Mucositis in 20: first onset on median day 8 (3 to 14), median duration 9 days"."""
    onset, duration = rows["FIRSTDY"].dropna(), rows["DURATION"].dropna()
    when = f"first onset on median day {onset.median():g} ({onset.min():g} to {onset.max():g})" if len(onset) else ""
    long = f"median duration {duration.median():g} days" if len(duration) else "no duration known"
    return f"{term_in_words(category)} in {whom}: {when or 'first onset not known'}, {long}"


def _again(category: str, rows: DataFrame) -> str:
    """ "mucositis 3 of 12": of those given a later course than the first affected; "" where nobody was."""
    told = rows["RECURFL"].value_counts()
    return f"{term_in_words(category)} {told.get('Y', 0)} of {told.sum()}" if len(told) else ""


def _population(view: View, table: DataFrame) -> str:
    undated, unplaced = int(table["FIRSTDY"].isna().sum()), int((table["NUNCRS"] > 0).sum())
    parts = [
        f"{counted(treated(view), 'treated subject')}, {table['USUBJID'].nunique()} of them with an event of special "
        "interest; one row a subject and category",
        f"first onset not known in {undated}" if undated else "",
        f"with an event of unknown course: {unplaced}" if unplaced else "",
        emergent(view.trial),
    ]
    return " ".join(sentence(part) for part in parts if part)

"""What is overdue and outstanding: assessments, adjudications, PK samples, findings that the sponsor is to answer."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.conduct.currency import gone_words
from displays.display import Display, display
from displays.escalation.findings import deciding_findings, without_supplements
from displays.escalation.findings_words import said_of_findings
from displays.groups import dlts_collected, no_subjects, nobody, present, treated
from displays.summary.who import Who, named
from displays.words import counted, listed, sentence
from queries import Cut, View
from queries.frames import rows_of

OUTSTANDING = ("outstanding", "Overdue and outstanding")
LABELS = {
    "KIND": "What",
    "NUMBER": "Outstanding (n)",
    "OUTOF": "Out of (n)",
    "WORDS": "Of which",
    "NAMES": "Subjects",
    "PREVIOUS": "Previous cut (n)",
}
ASSESSMENTS = {"ECHO": ("Echocardiograms", "cv"), "ECG": ("Electrocardiograms", "eg"), "MARROW": ("Marrows", "lb")}
"""Kind of a scheduled assessment → its name and the dataset that holds it."""
LEADS = {"ECHO": "overdue_echos", "ECG": "data_currency", "MARROW": "data_currency"}
SPOKEN = {
    "Echocardiograms": "overdue echocardiogram",
    "Electrocardiograms": "overdue electrocardiogram",
    "Marrows": "overdue marrow",
    "PK samples": "missing PK sample",
    "Adjudications": "awaited adjudication",
    "Data findings": "data finding that could change a decision",
}
"""Kind → one of it, in a sentence."""
METHOD = (
    "Overdue: a scheduled assessment whose window ended before the cut, in a subject treated, alive and on study at "
    "the due date, with none done in it or since; one that can no longer be done is named apart. Due: the window "
    "is over, or it was done; baselines apart. PK samples: planned for an infusion that was given, the time past, "
    "recorded as not done or without a result. Adjudications: events of grade 3 or worse, or ungraded, in the DLT "
    "window without a verdict. Findings: of the load, that could change a decision; of the whole cut, "
    "whatever the filters."
)


def outstanding(view: View) -> Display:
    """The assessments that are overdue, by name, the PK samples missing, and what the sponsor is to answer."""
    if view.cut.table("adsl").empty:
        return no_subjects(view, *OUTSTANDING)
    table = DataFrame(
        [*_assessments(view), _pk(view), _adjudications(view), _findings(view)],
        columns=["KIND", "NUMBER", "OUTOF", "WORDS", "WHO", "PREVIOUS", "LEADS"],
    ).astype({"NUMBER": "Int64", "OUTOF": "Int64", "PREVIOUS": "Int64"})
    table = table.assign(NAMES=[named(people) for people in table["WHO"]])
    return display(
        view,
        *OUTSTANDING,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=dict.fromkeys(("NUMBER", "OUTOF", "PREVIOUS"), "integer"),
        population=_population(view),
        method=METHOD,
        source="The schedule of the trial's definition; CV, EG, LB, PC, EX, DS, AE and the findings of the load.",
        questions=(
            "assessments_due",
            "overdue_assessments",
            "currency_by_site",
            "currency_scope",
            "dlt_status",
            "findings_that_decide",
        ),
    )


def _assessments(view: View) -> list[tuple]:
    """A row a kind that the schedule asks for; echocardiograms always, so that their absence is said."""
    due = view.ask("assessments_due").set_index("ASSESS")
    before = view.ask_previous("assessments_due")
    then = {} if before is None else before.set_index("ASSESS")["NOVERDUE"].to_dict()
    overdue = view.ask("overdue_assessments")
    return [
        _assessment(view.cut, kind, due, then, overdue[overdue["ASSESS"] == kind])
        for kind in ASSESSMENTS
        if kind == "ECHO" or kind in due.index
    ]


def _assessment(cut: Cut, kind: str, due: DataFrame, then: dict[str, int], overdue: DataFrame) -> tuple:
    name, dataset = ASSESSMENTS[kind]
    if dataset not in cut.delivered:
        return name, None, None, absence(cut, dataset), (), None, LEADS[kind]
    if kind not in due.index:
        return name, None, None, "no schedule defined, or none due", (), None, LEADS[kind]
    counts = due.loc[kind]
    words = ["overdue" + gone_words(int(counts.NGONE))]
    words += [f"{counts.NBASE} of {counts.NBASEDUE} at baseline not done in time"] if counts.NBASE else []
    people = tuple(_late(rows) for _, rows in overdue.groupby("USUBJID", sort=False))
    return name, counts.NOVERDUE, counts.NDUE, "; ".join(words), people, then.get(kind), LEADS[kind]


def _late(rows: DataFrame) -> Who:
    """ "107-001 Month 6 and Day 28, by up to 154 days"."""
    first = rows.iloc[0]
    days = counted(int(first.DAYSLATE), "day") if present(first.DAYSLATE) else "since a day not known"
    return Who(first.USUBJID, first.SUBJID, f"{listed(list(rows['AVISIT']))}, {days}")


def _pk(view: View) -> tuple:
    scope = view.cut.ask("currency_scope").iloc[0]
    name, leads = "PK samples", "pk_samples"
    if not scope.NPK:
        return name, None, None, absence(view.cut, "pc"), (), None, leads
    if not scope.NPKPLANNED:
        return name, None, None, "no sampling times defined", (), None, leads
    sites, before = view.ask("currency_by_site"), view.ask_previous("currency_by_site")
    missing = int(sites["PKMISSING"].sum())
    parts = {"recorded as not done": int(sites["PKNOTDONE"].sum()), "without a record": int(sites["PKABSENT"].sum())}
    how = listed([f"{number} {words}" for words, number in parts.items() if number])
    words = f"missing: {how}" if missing else "missing"
    words += f"; {scope.NPKUNPLACED} of no planned time, counted as none" if scope.NPKUNPLACED else ""
    then = None if before is None else int(before["PKMISSING"].sum())
    return name, missing, int(sites["PKDUE"].sum()), words, (), then, leads


def _adjudications(view: View) -> tuple:
    """The events in the DLT window that await a verdict, with whose they are."""
    name, leads = "Adjudications", "judged_not_dlt"
    if not dlts_collected(view):
        return name, None, None, absence(view.cut, "ae"), (), None, leads
    open_ = view.ask("dlt_status").query("NUNJUDG > 0")
    before = view.ask_previous("dlt_status")
    people = tuple(Who(row.USUBJID, row.SUBJID, _terms(row)) for row in rows_of(open_))
    then = None if before is None or not dlts_collected(View(view.previous)) else int(before["NUNJUDG"].sum())
    words = "awaited of events in the DLT window"
    return name, int(open_["NUNJUDG"].sum()), None, words, people, then, leads


def _terms(row) -> str:
    return row.UNJTERM if present(row.UNJTERM) and row.UNJTERM else counted(int(row.NUNJUDG), "event")


def _findings(view: View) -> tuple:
    table = without_supplements(deciding_findings(view))
    then = len(without_supplements(view.previous.ask("findings_that_decide"))) if view.previous else None
    words = "could change a decision"
    if len(table):
        said, more = said_of_findings(table)
        words += f": {listed([*said, *[f'{more} more'] * bool(more)])}"
    return "Data findings", len(table), None, words, (), then, "findings_that_decide"


def _finding(view: View, table: DataFrame) -> list[str]:
    if not treated(view):
        return [nobody(view)]
    known, absent = table[table["NUMBER"].notna()], table[table["NUMBER"].isna()]
    parts = [_counted(row) for row in rows_of(known) if row.NUMBER]
    unknown = [f"{row.KIND} ({row.WORDS})" for row in rows_of(absent)]
    return [
        sentence(f"outstanding: {listed(parts)}" if parts else "nothing known is outstanding"),
        sentence(f"not known: {'; '.join(unknown)}") if unknown else "",
    ]


def _counted(row) -> str:
    """ "4 overdue echocardiograms (of 73)"."""
    one, that, rest = SPOKEN[row.KIND].partition(" that ")
    of = f" (of {row.OUTOF})" if present(row.OUTOF) else ""
    return f"{counted(int(row.NUMBER), one)}{that}{rest}{of}"


def _population(view: View) -> str:
    words = f"{counted(treated(view), 'treated subject')}."
    heeded = " The findings of the load are of the whole cut; all else heeds the filters."
    return words + (heeded if view.filters.any_set else "")

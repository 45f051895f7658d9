"""Samples planned and taken: which are missing and why, mistimed, doubled or in no profile, the worst first."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing import crowd
from displays.groups import no_subjects, treated
from displays.pharmacokinetics.concentrations import analytes, no_concentrations
from displays.pharmacokinetics.reasons import LEFT_OUT
from displays.pharmacokinetics.samples_figure import MISSING, WELL, samples_figure
from displays.since import SINCE_LABELS, Compared, compare, since, values
from displays.words import as_words, counted, exactly, first_of, listed, sentence
from queries import View

SAMPLES = ("pk_samples", "Samples planned and taken")
KINDS = LEFT_OUT | {
    "BEFORE": "a concentration before the first infusion",
    "NO RECORD": "without a record",
    "NOT DONE": "recorded as not done",
    "MISTIMED": "drawn at another time than planned",
    "NOMINAL": "time not recorded, planned time used",
    "BELOW": "below the limit of quantification",
    "TAKEN": "taken",
    "NOT DUE": "not due yet",
    "NOT EXPECTED": "not expected",
}
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "COURSE": "Course",
    "COURSEDY": "Day",
    "NRRLT": "Planned time (h)",
    "WHAT": "Sample",
    "NOTE": "Reason",
    "DEVMIN": "Later than planned (min)",
    "ADT": "Date",
} | SINCE_LABELS
METHOD = (
    "Planned: the times of the trial's definition after each infusion that was given. Missing: recorded as not done, "
    "or its time is past and nothing was delivered, or there is no result that can be read. Of the records of all "
    "analytes of a sample the gravest. Drawn at another time: earlier or later than planned by more than {minutes} "
    "minutes and more than {share} % of the planned hours; before an infusion up to {hours} hours early are allowed. A "
    "sample drawn after the next infusion began is of both infusions, so it is in no profile and in no curve."
)


def pk_samples(view: View) -> Display:
    """Each planned sample of each treated subject: taken, missing with the reason, or in no profile and why."""
    if not analytes(view):
        return no_concentrations(view, *SAMPLES)
    if not treated(view):
        return no_subjects(view, *SAMPLES)
    compared = _compared(view)
    rows = compared.rows
    if rows.empty:
        return blank(view, *SAMPLES, "No sample was planned or taken in these subjects.", collected=True)
    notable = rows[~rows["KIND"].isin(WELL)]
    pk = view.trial.content["pk"]
    return display(
        view,
        *SAMPLES,
        finding=[*_finding(rows), _news(view, compared)],
        table=rows,
        labels=LABELS,
        formats={"NRRLT": "decimal1", "DEVMIN": "integer"},
        narrow="WHAT",
        figure=samples_figure(view, rows) if len(notable) else None,
        population=_population(view, rows),
        method=METHOD.format(
            minutes=exactly(pk["sample_late_minutes"]),
            share=exactly(100 * pk["sample_late"]),
            hours=pk["predose_hours"],
        ),
        source="Concentrations (PC) and infusions (EX) as delivered; planned times and tolerances: the trial's "
        "definition.",
        questions=("pk_samples",),
    )


def _compared(view: View) -> Compared:
    """The samples beside the previous cut's; marked are those that are worse or better than they were, and new ones
    with something the matter."""
    now, before = view.ask("pk_samples"), view.ask_previous("pk_samples")
    found = compare(now, before, ("USUBJID", "COURSE", "COURSEDY", "NRRLT"), values("KIND"))
    kinds = found.rows["KIND"]
    told = ~kinds.isin(WELL) | ((found.rows["SINCE"] == "changed") & (found.rows["PREVIOUS"] != "NOT DUE"))
    rows = found.rows.assign(
        SINCE=found.rows["SINCE"].where(told, ""),
        PREVIOUS=[
            _previous(text) if marked else ""
            for text, marked in zip(found.rows["PREVIOUS"].tolist(), told.tolist(), strict=True)
        ],
        WHAT=kinds.map(KINDS),
        NOTE=_notes(found.rows),
        DEVMIN=60 * found.rows["DEVH"],
    )
    return Compared(rows, found.was, found.gone)


def _previous(state: object) -> str:
    """The former kind in words; a state of one column is a tuple of its text."""
    kind = state[0] if isinstance(state, tuple) else str(state)
    return KINDS.get(kind, "")


def _notes(rows: DataFrame) -> list[str]:
    """Why each sample is not as planned, and of which analytes; what many have in common is put into words once."""
    pairs = list(zip(rows["WHY"].fillna("").tolist(), rows["ANALYTES"].fillna("").tolist(), strict=True))
    said = {pair: _note(*pair) for pair in set(pairs)}
    return [said[pair] for pair in pairs]


def _note(why: str, names: str) -> str:
    parts = [as_words(why) if why and why != "No record" else "", f"{names} alone" if names else ""]
    return "; ".join(filter(None, parts))


def _finding(rows: DataFrame) -> list[str]:
    """How many planned samples are missing, and why; what is the matter with those that were taken; who is worst."""
    due = rows[(rows["PLANFL"] == "Y") & ~rows["KIND"].isin(["NOT DUE", "NOT EXPECTED"])]
    if due.empty:
        taken = counted(int((rows["NRECORD"] > 0).sum()), "sample")
        return [sentence(f"no planned sample is due; {taken} taken or recorded"), _matters(rows)]
    missing = due[due["KIND"].isin(MISSING)]
    how = [f"{number} {KINDS[kind]}" for kind, number in missing["KIND"].value_counts(sort=False).items()]
    first = (
        f"{len(missing)} of {counted(len(due), 'planned sample')} due {'is' if len(missing) == 1 else 'are'} missing"
    )
    return [
        sentence(first + (f": {listed(how)}" if how else "")),
        _matters(rows),
        _worst(rows),
    ]


def _matters(rows: DataFrame) -> str:
    taken = rows[(rows["NRECORD"] > 0) & ~rows["KIND"].isin(MISSING)]
    other = taken[~taken["KIND"].isin([*WELL, "BELOW"])]["KIND"].value_counts(sort=False)
    if other.empty:
        return sentence(f"nothing is the matter with the {counted(len(taken), 'sample')} taken") if len(taken) else ""
    said = [f"{number} {KINDS[kind]}" for kind, number in other.items()]
    return sentence(f"of {counted(len(taken), 'sample')} taken: {'; '.join(said)}")


def _worst(rows: DataFrame) -> str:
    missing = rows[rows["KIND"].isin(MISSING)]
    numbers = missing.groupby("SUBJID", sort=False).size().sort_values(ascending=False, kind="stable")
    if numbers.empty:
        return ""
    return sentence(f"most missing: {first_of([f'{name} ({number})' for name, number in numbers.items()], 3)}")


def _news(view: View, compared: Compared) -> str:
    rows = compared.rows
    new = rows[(rows["SINCE"] != "") & rows["KIND"].isin(MISSING)]
    late = rows[(rows["SINCE"] == "changed") & rows["KIND"].isin(WELL)]
    parts = [f"{counted(len(new), 'more missing sample')}"]
    parts += [f"{len(late)} delivered since" if len(late) else ""]
    return since(view, ", ".join(filter(None, parts)))


def _population(view: View, rows: DataFrame) -> str:
    kinds = rows["KIND"].value_counts()
    clear = rows["USUBJID"].nunique() - rows.loc[~rows["KIND"].isin(WELL), "USUBJID"].nunique()
    beside = [f"{kinds[kind]} {KINDS[kind]}" for kind in ("NOT DUE", "NOT EXPECTED") if kind in kinds]
    unplanned = int(rows["PLANFL"].isna().sum())
    parts = [
        f"{counted(treated(view), 'treated subject')}: {clear} with every sample as planned, not drawn",
        *beside,
        *([f"{unplanned} not planned"] if unplanned else []),
    ]
    crowded = crowd.words(rows[~rows["KIND"].isin(WELL)], "those with the most missing", "the others are in the table")
    return " ".join(filter(None, [sentence("; ".join(parts)), crowded]))

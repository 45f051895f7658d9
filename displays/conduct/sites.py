"""Sites beside one another: outstanding data, deviations and serious events, with how many subjects each rests on."""

from __future__ import annotations

from pandas import DataFrame, Series

from displays.absent import absence
from displays.display import Display, display
from displays.groups import behind_cells, no_subjects, present
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, exactly, listed, sentence, share
from queries import Cut, View
from queries.frames import rows_of

SITES = ("sites", "Sites compared")
FEWEST = 5
"""Of fewer treated subjects a rate of a site says nothing."""
TOO_FEW = "Too few to compare"
COUNTED = {
    "ECHO": ("ECHOOVERDUE", "ECHODUE", "cv", "Overdue echocardiograms"),
    "PK": ("PKMISSING", "PKDUE", "pc", "Missing PK samples"),
}
"""Column → number, of how many, dataset, heading."""
RATES = {
    "DEVIATION": ("NDEVIATION", "dv", "Deviations per subject"),
    "SERIOUS": ("NSERIOUS", "ae", "Serious adverse events per subject"),
}
LABELS = {
    "SITEID": "Site",
    "SITENAM": "Name",
    "TREATED": "Treated (n)",
    **{column: heading for column, (*_, heading) in COUNTED.items()},
    **{column: heading for column, (*_, heading) in RATES.items()},
    "REMARK": "Remark",
} | SINCE_LABELS
CELLS = {f"W{column}": column for column in ("TREATED", *COUNTED, *RATES)}
"""Column of the subjects → column of their number."""
METHOD = (
    "Treated subjects of each site. Overdue echocardiograms: of those whose window has closed or that were done, still "
    "possible and not done. Missing PK samples: of those planned for an infusion that was given whose time is past. "
    "Deviations and treatment-emergent serious events (by the investigator or a criterion): number, and number per "
    f"treated subject, given for at least {FEWEST} treated subjects only; sites with fewer are shown and not compared. "
    "Longer follow-up and higher doses bring more events: a rate is no verdict on a site. Days from an event to its "
    "report are not shown: the delivered data hold no date of the report."
)


def sites(view: View) -> Display:
    """One row a site with a treated subject; rates where there are enough of them."""
    asked = view.ask("sites")
    if asked.empty:
        return no_subjects(view, *SITES)
    absent = _absent(view.cut)
    rows = _table(asked, absent)
    table = compare_numbers(rows.drop(columns=list(CELLS)), view.ask_previous("sites"), ("SITEID",), "TREATED")
    return display(
        view,
        *SITES,
        finding=_finding(asked, absent),
        table=table,
        labels={name: heading for name, heading in LABELS.items() if name not in absent},
        population=f"{counted(int(asked['TREATED'].sum()), 'treated subject')} at {counted(len(asked), 'site')}.",
        method=METHOD + _not_collected(absent),
        source="DM, EX; the schedule of the trial's definition with CV and PC; DV; AE.",
        questions=("sites",),
        behind=behind_cells(rows, {lists: column for lists, column in CELLS.items() if column not in absent}),
    )


def _absent(cut: Cut) -> dict[str, str]:
    """What was not delivered: column → why it is not shown."""
    datasets = {name: parts[-2] for name, parts in (COUNTED | RATES).items()}
    missing = {name: dataset for name, dataset in datasets.items() if dataset not in cut.received}
    return {name: f"{LABELS[name].lower()} ({absence(cut, dataset)})" for name, dataset in missing.items()}


def _table(asked: DataFrame, absent: dict[str, str]) -> DataFrame:
    rows = asked.assign(
        SITENAM=asked["SITENAM"].where(asked["SITENAM"].map(present), "Not stated"),
        REMARK=[_remark(row) for row in rows_of(asked)],
    )
    for column, (number, of, *_) in COUNTED.items():
        rows[column] = [_share(n, m) for n, m in zip(asked[number], asked[of], strict=True)]
    for column, (number, *_) in RATES.items():
        rows[column] = [_rate(n, m) for n, m in zip(asked[number], asked["TREATED"], strict=True)]
    return rows.sort_values(["TREATED", "SITEID"], ascending=[False, True], ignore_index=True)


def _remark(row) -> str:
    unknown = f"seriousness of {counted(row.NUNKNOWN, 'event')} not known" if row.NUNKNOWN else ""
    parts = [TOO_FEW.lower() if row.TREATED < FEWEST else "", unknown]
    words = "; ".join(filter(None, parts))
    return words[:1].upper() + words[1:]


def _share(number: int, of: int) -> str:
    return share(number, of, number / of) if of else "none due"


def _rate(number: int, treated: int) -> str:
    return f"{number} ({exactly(number / treated)} per subject)" if treated >= FEWEST else str(number)


def _finding(asked: DataFrame, absent: dict[str, str]) -> list[str]:
    enough = asked[asked["TREATED"] >= FEWEST]
    if enough.empty:
        first = f"No site has {FEWEST} treated subjects: too few to compare sites"
    else:
        named = [f"{_name(row)} ({row.TREATED} treated)" for _, row in enough.iterrows()]
        verb = "has" if len(enough) == 1 else "have"
        first = f"{len(enough)} of {len(asked)} sites {verb} at least {FEWEST} treated subjects: {listed(named)}"
    worst = [_outstanding(asked, column) for column in COUNTED if column not in absent]
    return [sentence(first), *worst]


def _name(row: Series) -> str:
    return f"site {row['SITEID']}" if present(row["SITEID"]) else "site not stated"


def _outstanding(asked: DataFrame, column: str) -> str:
    """How many in all, and the largest share among the sites with enough treated subjects."""
    number, of, _, heading = COUNTED[column]
    total = f"{heading}: {asked[number].sum()} of {asked[of].sum()}"
    enough = asked[(asked["TREATED"] >= FEWEST) & (asked[number] > 0)]
    if enough.empty:
        return sentence(total)
    most = enough.loc[(enough[number] / enough[of]).idxmax()]
    return sentence(
        f"{total}; of the sites with at least {FEWEST}, most at {_name(most)} ({most[number]} of {most[of]})"
    )


def _not_collected(absent: dict[str, str]) -> str:
    return f" Not shown: {'; '.join(absent.values())}." if absent else ""

"""Adverse events of any kind by dose level or arm."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence
from displays.groups import behind_cells, nobody
from displays.words import counted, percent, sentence
from queries import View
from queries.frames import rows_of

COUNTS = {
    "ANY": "Any event",
    "RELATED": "Related",
    "GRADE3": "Grade ≥ 3 or severe",
    "SERIOUS": "Serious",
    "CARDIAC": "Cardiac",
    "FATAL": "Fatal",
    "DEATH": "Deaths (all causes)",
}
"""N… is how many subjects, P… the share of those treated."""


def adverse_by_dose(view: View) -> Display:
    """How many subjects of each dose level or arm had adverse events, and of what severity."""
    group = "dose level" if view.trial.dose_levels else "arm"
    about = "adverse_by_dose", f"Adverse events by {group}"
    if "ae" not in view.cut.received:
        return not_collected(view, *about, "Adverse events")
    table, behind = _shares(view.ask("ae_by_dose"))
    return display(
        view,
        *about,
        finding=_finding(view, table),
        table=table,
        labels={"TRTA": group.capitalize(), "NTREATED": "Treated (n)"} | _headings(table),
        brief=("TRTA", "NTREATED", *[f"S{count}" for count in COUNTS]),
        bars={f"S{count}": f"P{count}" for count in COUNTS},
        behind=behind,
        questions=("ae_by_dose",),
        formats={f"P{count}": "percent" for count in COUNTS},
        population=_population(table),
        method=f"{emergence(view.trial)} Serious: reported as serious, any seriousness criterion, or fatal. Events "
        "without a grade count as grade 3 or worse when reported as severe; other events without a grade are counted "
        f"as any event alone. {GRADES} Fatal: the event is reported as fatal or of grade 5; a death "
        "without such an event is counted among the deaths only.",
        source="Adverse events as delivered.",
    )


def _shares(counts: DataFrame) -> tuple[DataFrame, dict[str, tuple[str, ...]]]:
    """The counts with their shares, and the subjects behind each number."""
    shares = {f"P{count}": (counts[f"N{count}"] / counts["NTREATED"]).astype("float64") for count in COUNTS}
    rows = counts.assign(**shares)
    told = rows.assign(**{f"S{count}": [_share(row, count) for row in rows_of(rows)] for count in COUNTS})
    cells = {f"W{count}": f"S{count}" for count in COUNTS} | {"WTREATED": "NTREATED"}
    return told.drop(columns=list(cells)), behind_cells(rows, cells)


def _share(row, count: str) -> str:
    return f"{getattr(row, f'N{count}')} ({percent(getattr(row, f'P{count}'))})"


def _headings(table: DataFrame) -> dict[str, str]:
    counts = COUNTS | ({"GRADE3": "Severe, life-threatening or fatal"} if _ungraded(table) else {})
    kinds = (("S", ""), ("N", " (n)"), ("P", " (%)"))
    return {f"{kind}{count}": f"{words}{unit}" for kind, unit in kinds for count, words in counts.items()}


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return [nobody(view)]
    total = table.filter(regex="^N").sum()
    deaths, treated = f"deaths (all causes) {total.NDEATH}", counted(total.NTREATED, "treated subject")
    if not total.NANY:
        return [sentence(f"no adverse event in {treated}; {deaths}")]
    severe = "severe, life-threatening or fatal (no grades delivered)" if _ungraded(table) else "of grade 3 or worse"
    return [
        f"{total.NANY} of {treated} had an adverse event ({percent(total.NANY / total.NTREATED)}).",
        f"{total.NGRADE3} {severe}{_beside(total)}, {total.NSERIOUS} serious{_seriousness(total)}; fatal adverse event "
        f"{total.NFATAL}; {deaths}.",
    ]


def _seriousness(total) -> str:
    """ " (2 more with an event whose seriousness is not known)"."""
    return f" ({total.NSERUNK} more with an event whose seriousness is not known)" if total.NSERUNK else ""


def _beside(total) -> str:
    """ " (2 of them by outcome alone; 1 more with an ungraded event)": what stands beside the count of grade 3."""
    parts = [f"{total.NIMPLIED} of them by outcome alone"] if total.NIMPLIED else []
    parts += [f"{total.NUNGRADED} more with an ungraded event"] if total.NUNGRADED and total.NGRADED else []
    return f" ({'; '.join(parts)})" if parts else ""


def _ungraded(table: DataFrame) -> bool:
    """Whether no event of the cut carries a grade."""
    return bool(len(table)) and not table["NGRADED"].any()


def _population(table: DataFrame) -> str:
    treated = counted(int(table["NTREATED"].sum()), "treated subject")
    events = counted(int(table["NEVENT"].sum()), "treatment-emergent event")
    return f"{sentence(f'{treated}, {events}')} Numbers of subjects; percentages of those treated."

"""Who is in a group: treated subjects, doses in order, and what a display says where there is nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy
import pandas
from pandas import DataFrame, Series

from displays.display import Audience, Display, blank, not_collected
from displays.drawing import house
from queries import Filters, View
from queries.frames import rows_of

NOT_DOSED = "No subject has been treated in this cut."
NO_LEVEL = "No planned level"
NOBODY = "No subjects match the filters."
HELD_BACK = (
    "Not shown in the open session yet: since an earlier data cut fewer than five subjects came or went, and the "
    "difference would be theirs."
)


def words_of(table: DataFrame, rows: Series, words: Callable) -> list:
    """The words of each row where it is one of these, None elsewhere: of many rows few have any."""
    chosen, told = rows.fillna(False).to_numpy(dtype=bool), numpy.full(len(table), None, dtype=object)
    if chosen.any():
        told[chosen] = [words(row) or None for row in rows_of(table[chosen])]
    return told.tolist()


def present(value) -> bool:
    """Whether a value is known: None, NaN and NaT are not."""
    return value is not None and not pandas.isna(value)


def cohort_name(row) -> str:
    """ "Expansion", "Cohort 3"; "" where no cohort was delivered. Reads EXPFL and COHORT."""
    if row.EXPFL == "Y":
        return "Expansion"
    return f"Cohort {row.COHORT}" if present(row.COHORT) else ""


def everybody(view: View) -> View:
    """The view without the reader's filters: for single subjects, and for rules that must ask every subject."""
    return replace(view, filters=Filters())


def treated(view: View) -> int:
    """How many of the selected subjects had at least one infusion of the study drug."""
    return int(view.ask("selected_treated")["TREATED"].iloc[0])


def dlts_collected(view: View) -> bool:
    """Whether this cut holds adjudicated DLTs at all, whatever the filters leave."""
    return bool(view.cut.ask("dlt_by_dose")["NEVAL"].notna().any())


def doses_in_order(view: View, doses) -> list[str]:
    """The dose levels (or arms) among `doses`, each once, in the trial's order; those it does not name come last."""
    found = set(doses.unique() if isinstance(doses, Series) else doses)
    known = [dose for dose in view.cut.dose_labels if dose in found]
    return known + sorted(found - set(known))


def dose_colours(view: View, doses) -> dict[str, str]:
    """Dose (or arm) → its step of the colour ramp, in the trial's order."""
    return house.dose_colours(doses_in_order(view, doses), view.cut.dose_labels)


def window(view: View) -> str:
    """The DLT window as the reader sees it."""
    return f"DLT window: days 1 to {view.trial.dlt_window_days}, day 1 = first infusion."


def behind(subjects: DataFrame, words: str, *columns: str) -> dict[str, tuple[str, ...]]:
    """The subjects (USUBJID, in their order) behind the mark of each group: "ALL, 190 mg/m²/day: in remission".

    words: what is true of these subjects. columns: those by which they are grouped.
    """
    groups = subjects.groupby(list(columns), sort=False)["USUBJID"]
    return {key_of(words, *group): tuple(people) for group, people in groups}


def behind_cells(table: DataFrame, cells: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The subjects behind the cells of a table; cells: column of their lists (USUBJID) → column of the cell."""
    return {
        f"{column} {place}": tuple(subjects)
        for lists, column in cells.items()
        for place, subjects in table[lists].dropna().items()
    }


def key_of(words: str, *group: str) -> str:
    """The key that the mark of a group carries, which is also what the list of its subjects is called."""
    return f"{', '.join(group)}: {words}"


def nobody(view: View) -> str:
    """Why a display is empty: the filters leave no subjects, or nobody was treated yet."""
    return NOBODY if view.filters.any_set else NOT_DOSED


def no_subjects(view: View, name: str, title: str, finding: str = "", *, audience: Audience = "closed") -> Display:
    """The display of a choice of subjects that holds none; `finding` where there is more to say than that."""
    if not view.cut.has_subjects:
        return not_collected(view, name, title, "Subjects", audience=audience)
    words = finding or nobody(view)
    return blank(view, name, title, words, population="No subjects.", audience=audience)

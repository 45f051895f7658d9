"""Whom the page of a subject offers to choose from: everybody, or of very many the worst."""

from __future__ import annotations

from typing import Any

import pandas
import streamlit as st

from displays.people import people
from displays.words import told_apart
from queries import View
from visit import fact

MOST_LISTED = 200
"""So many subjects are sent to the browser to choose from."""


def say_how_many(number: int) -> None:
    """That the list does not hold everybody, where it does not."""
    if number > MOST_LISTED:
        st.caption(
            f"Of {number:,} subjects the list holds the {MOST_LISTED} worst (dead, with a DLT, by worst grade); "
            "find any other by its number in the line above."
        )


def labels(subjects: pandas.DataFrame, chosen: str | None) -> dict[str, str]:
    """USUBJID → what it is called, of the subjects to choose from; no two alike, since the browser sends the words."""
    return told_apart({row.Index: label(row) for row in subjects.loc[listed(subjects, chosen)].itertuples()})


def listed(subjects: pandas.DataFrame, chosen: str | None) -> list[str]:
    """The subjects to choose from: all in order of their number; of very many the worst first, and the one chosen."""
    if len(subjects) <= MOST_LISTED:
        return list(subjects.index)
    worst = fact(worst_first)
    return [*worst, *[chosen] * (chosen in subjects.index and chosen not in worst)]


def worst_first(seen: View) -> tuple[str, ...]:
    """The worst subjects (USUBJID) of those that the filters leave."""
    left = seen.ask("subject_list", usubjid=None)["USUBJID"]
    return tuple(person.usubjid for person in people(seen, left)[:MOST_LISTED])


def label(subject: Any) -> str:
    """Number, dose and disease, and what the DLT evaluation says where it is not "No DLT"."""
    evaluation = subject.DLTSTAT if subject.DLTSTAT != "No DLT" else None
    parts = [subject.SUBJID, subject.TRTA, subject.DISEASE, evaluation]
    return " · ".join(part for part in parts if isinstance(part, str))

"""What one visit knows: the reader, the data cut and the one before, the filters. The only home of caches."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from pandas import DataFrame

from displays import Display
from displays.display import now_and_then
from queries import FILTERS, Cut, CutError, Filter, Filters, View, list_cuts, open_cut
from queries.hypothetical import suppose
from queries.kept import Kept

LOG = logging.getLogger("safety")
What = TypeVar("What")
BUILT_SAMPLE = Path(__file__).parent / "sample_data" / "built"


# Every cache of the dashboard; all readers share them, so a key names all that decides what may be seen.
CUTS: Kept[Cut] = Kept(32)
SUPPOSED: Kept[Cut] = Kept(24, partial(st.spinner, "Calculating …"))
ANSWERS: Kept[DataFrame] = Kept(500)
FACTS: Kept[Any] = Kept(200)
DISPLAYS: Kept[Any] = Kept(600, partial(st.spinner, "Counting …"))


def forget() -> None:
    """Empty every cache: for tests, which change what lies under the same key."""
    for kept in (CUTS, SUPPOSED, ANSWERS, FACTS, DISPLAYS):
        kept.clear()


@dataclass(frozen=True)
class Reader:
    """Who is looking, and to which audiences of the meeting they belong: open, closed."""

    audiences: frozenset[str]

    def may_see(self, audience: str) -> bool:
        return audience in self.audiences


def reader() -> Reader:
    """The reader of this run. Sign-in has its place here; until then the server says which sessions it serves.

    SAFETY_SESSION: open (open session alone), closed or unset (both); ValueError for anything else, so that
    a misspelt word never opens the closed session.
    """
    wanted = os.environ.get("SAFETY_SESSION", "").strip().lower()
    if wanted not in ("", "open", "closed"):
        raise ValueError(
            f"SAFETY_SESSION is {wanted!r}; it can be open (the open session's pages alone) or closed (all pages)."
        )
    return Reader(frozenset({"open"} if wanted == "open" else {"open", "closed"}))


def guard(audience: str) -> None:
    """The first line of every page: a reader outside the page's audience sees nothing of it."""
    if not reader().may_see(audience):
        st.error("This page belongs to the closed session. This server shows the open session only.")
        st.stop()
    if "view" not in st.session_state:
        st.error("Open the dashboard at its start page.")
        st.stop()
    st.session_state["audience"] = audience


def data_folder() -> Path:
    """The folder of data cuts: SAFETY_DATA, else the sample trial's."""
    return Path(os.environ["SAFETY_DATA"]) if os.environ.get("SAFETY_DATA") else BUILT_SAMPLE


def cut_of(path: Path) -> Cut:
    """A cut's open handle, one for each file as it was written; it asks each question once."""
    key = (path, path.stat().st_mtime_ns)
    return CUTS(key, lambda: replace(open_cut(path), answers=ANSWERS))


def earlier_cut(cut: Cut, path: Path) -> Cut:
    """The cut to compare with; CutError where it is of another study."""
    earlier = cut_of(path)
    if earlier.study != cut.study:
        raise CutError(
            f"{earlier.path.name} is of study {earlier.study}, {cut.path.name} of {cut.study}: "
            "cuts of two studies cannot be compared. Keep each study in a folder of its own."
        )
    return earlier


def available_cuts() -> dict[date, Path]:
    """Date → file of every cut in the data folder, oldest first; CutError where there is none."""
    found = dict(list_cuts(data_folder()))
    if not found:
        raise CutError(
            f"There is no data cut in {data_folder()}; make one with python -m ingest, "
            "or unset SAFETY_DATA to see the sample trial."
        )
    return found


def view() -> View:
    """The view of this run; an open session never filters by dose."""
    return _view_of(current_audience())


def _view_of(audience: str) -> View:
    chosen: View = st.session_state["view"]
    return chosen.pooled() if audience == "open" else chosen


def current_audience() -> str:
    """The audience of the page that this run draws."""
    return st.session_state.get("audience", "open")


def set_view(chosen: View) -> None:
    """What the router settled for this run, before the page draws."""
    st.session_state["view"] = chosen


def filter_options(cut: Cut) -> dict[str, list[str]]:
    """What can be chosen in each filter, in the order in which a reader looks for it."""
    return FACTS(("filter options", *cut.key), lambda: _filter_options(cut))


def _filter_options(cut: Cut) -> dict[str, list[str]]:
    subjects = cut.table("adsl")
    return {known.name: cut.dose_labels if known.by_dose else _values(subjects, known) for known in FILTERS}


def _values(subjects: DataFrame, known: Filter) -> list[str]:
    if not known.order:
        return sorted(subjects[known.column].dropna().unique())
    return list(subjects.dropna(subset=[known.column]).groupby(known.column)[known.order].min().sort_values().index)


def site_names(cut: Cut) -> dict[str, str]:
    """Site number → its name, where it has one."""
    named = ["SITEID", "SITENAM"]
    return FACTS(("site names", *cut.key), lambda: dict(cut.table("adsl")[named].dropna().drop_duplicates().values))


def fact(function: Callable[[View], What]) -> What:
    """What a function finds in the present view, found once."""
    seen = view()
    return FACTS((function, *seen.key), lambda: function(seen))


def once(function: Callable[[], What]) -> What:
    """What a function finds that is the same in every view, found once."""
    return FACTS(function, function)


def display(
    function: Callable[..., Display], prepare: Callable[[Display], What], **arguments
) -> tuple[What, Callable[[], Display]]:
    """What `prepare` makes for the screen of the display that a function makes of the present view, and how to make
    the display again (a file is made of it, later and outside the run).

    Kept for every reader who may see it, under the files of both cuts as written, the filters, the audience
    and the arguments. PermissionError where the reader may not: a block that reruns alone passes no guard.
    """
    audience = current_audience()
    if not reader().may_see(audience):
        raise PermissionError(f"this reader may not see the {audience} session")
    seen = _view_of(audience)
    key = (function, prepare, *seen.key, audience, *sorted(arguments.items()))
    make = partial(_made, function, seen, audience, arguments)
    return DISPLAYS(key, lambda: prepare(make())), make


def _made(function: Callable[..., Display], seen: View, audience: str, arguments: dict) -> Display:
    made = now_and_then(function, seen, **arguments)
    if audience == "open" and made.audience != "open":
        raise PermissionError(f"{made.name} belongs to the closed session")
    return made


def suppose_outcomes(dose: str, results: str, resolved: dict[str, str]) -> None:
    """For the rest of this page: the view as it would be with pending subjects resolved, one more cohort, or both."""
    seen: View = st.session_state["view"]
    key = (*seen.cut.key, dose, results, *sorted(resolved.items()))
    supposed = SUPPOSED(key, lambda: suppose(seen.cut, dose, results, resolved))
    st.session_state["view"] = replace(seen, cut=supposed)


def chosen_subject() -> str | None:
    """The subject that the reader last went to (USUBJID); kept in the visit, never in the address."""
    return st.session_state.get("subject")


def choose_subject(usubjid: str) -> None:
    st.session_state["subject"] = usubjid


def subject_ids() -> frozenset[str]:
    """Every subject of the present cut, filtered or not."""
    cut = view().cut
    return FACTS(("subjects", *cut.key), lambda: frozenset(cut.table("adsl")["USUBJID"]))


def restore_choice(key: str, options: list[str]) -> None:
    """Before a choice of one is drawn: take it from the address on the first run; drop what cannot be chosen now."""
    asked = st.session_state.get(key, st.query_params.get(key))
    if asked in options:
        st.session_state[key] = asked
    else:
        st.session_state.pop(key, None)


def restore_choices(key: str, options: list[str]) -> None:
    """The same for a choice of several."""
    asked = st.session_state.get(key, st.query_params.get_all(key))
    st.session_state[key] = [value for value in asked if value in options]


def write_address(usual_cuts: dict[str, str]) -> None:
    """Keep cut and filters in the address, so that it can be sent to another member; never a subject.

    Done by hand: a widget bound to the address loses it when the reader changes page, and then
    shows another value than the one in force. The newest cut is not written, so that an address
    kept for the next meeting opens the data of that meeting.
    """
    wanted = {
        key: [st.session_state[key]] for key, usual in usual_cuts.items() if st.session_state.get(key, usual) != usual
    }
    wanted |= {known.key: list(st.session_state.get(known.key) or ()) for known in FILTERS}
    wanted = {key: values for key, values in wanted.items() if values}
    if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def filters_chosen() -> Filters:
    """The filters as the widgets of the router hold them."""
    return Filters(**{known.name: tuple(st.session_state.get(known.key) or ()) for known in FILTERS})

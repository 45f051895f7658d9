"""What one visit knows: the reader, the data cut and the one before, the filters. The only home of caches."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import streamlit as st
from pandas import DataFrame

from displays import Display
from queries import FILTERS, Cut, CutError, Filter, Filters, View, list_cuts, open_cut
from queries.hypothetical import suppose

LOG = logging.getLogger("safety")
BUILT_SAMPLE = Path(__file__).parent / "sample_data" / "built"


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


@st.cache_resource(show_spinner=False)
def _opened(path: str, written: int) -> Cut:
    return open_cut(path)


def cut_of(path: Path) -> Cut:
    """A cut's open handle, one for each file as it was written."""
    return _opened(str(path), path.stat().st_mtime_ns)


def earlier_cut(cut: Cut, path: Path) -> Cut:
    """The cut to compare with; CutError where it is of another study."""
    earlier = cut_of(path)
    if earlier.study != cut.study:
        raise CutError(
            f"{earlier.path.name} is of study {earlier.study}, {cut.path.name} of {cut.study}: cuts of two studies cannot be compared. Keep each study in a folder of its own."
        )
    return earlier


def available_cuts() -> dict[date, Path]:
    """Date → file of every cut in the data folder, oldest first; CutError where there is none."""
    found = dict(list_cuts(data_folder()))
    if not found:
        raise CutError(
            f"There is no data cut in {data_folder()}; make one with python -m ingest, or unset SAFETY_DATA to see the sample trial."
        )
    return found


def view() -> View:
    """The view of this run; an open session never filters by dose."""
    chosen: View = st.session_state["view"]
    return chosen.pooled() if st.session_state.get("audience") == "open" else chosen


def current_audience() -> str:
    """The audience of the page that this run draws."""
    return st.session_state.get("audience", "open")


def set_view(chosen: View) -> None:
    """What the router settled for this run, before the page draws."""
    st.session_state["view"] = chosen


@st.cache_resource(show_spinner=False, max_entries=64)
def filter_options(_cut: Cut, key: str) -> dict[str, list[str]]:
    """What can be chosen in each filter, in the order in which a reader looks for it."""
    subjects = _cut.table("adsl")
    return {known.name: _cut.dose_labels if known.by_dose else _values(subjects, known) for known in FILTERS}


def _values(subjects: DataFrame, known: Filter) -> list[str]:
    if not known.order:
        return sorted(subjects[known.column].dropna().unique())
    return list(subjects.dropna(subset=[known.column]).groupby(known.column)[known.order].min().sort_values().index)


@st.cache_resource(show_spinner=False, max_entries=64)
def site_names(_cut: Cut, key: str) -> dict[str, str]:
    return dict(_cut.table("adsl")[["SITEID", "SITENAM"]].dropna().drop_duplicates().values)


@st.cache_resource(show_spinner="Counting …", max_entries=600)
def _display(
    _function: Callable[..., Display], name: str, _view: View, key: tuple, _arguments: dict, _prepare: Callable
) -> tuple:
    made = _function(_view, **_arguments)
    return made, _prepare(made)


def display(
    function: Callable[..., Display], prepare: Callable[[Display], object], **arguments
) -> tuple[Display, object]:
    """The display that a function makes of the present view, and what `prepare` makes of it for the screen.

    Both are kept for every reader who may see them.

    The key holds the files of both cuts as written, the filters, the audience and the arguments.
    """
    if not reader().may_see(current_audience()):  # a block that reruns alone passes no guard
        raise PermissionError(f"this reader may not see the {current_audience()} session")
    seen = view()
    key = (*map(cut_key, (seen.cut, seen.previous)), seen.filters, current_audience(), tuple(sorted(arguments.items())))
    made, prepared = _display(function, f"{function.__module__}.{function.__name__}", seen, key, arguments, prepare)
    if current_audience() == "open" and made.audience != "open":
        raise PermissionError(f"{made.name} belongs to the closed session")
    return made, prepared


def cut_key(cut: Cut | None) -> tuple:
    """What tells one cut's file from another, and from a later file of the same name."""
    return (str(cut.path), cut.path.stat().st_mtime_ns, cut.hypothetical) if cut else ()


def suppose_cohort(dose: str, results: str) -> None:
    """For the rest of this page: the view as it would be with one more cohort (N no DLT, T DLT, P pending)."""
    seen: View = st.session_state["view"]
    supposed = _supposed(seen.cut, str(cut_key(seen.cut)), dose, results)
    st.session_state["view"] = replace(seen, cut=supposed)


@st.cache_resource(show_spinner="Supposing …", max_entries=24)
def _supposed(_cut: Cut, key: str, dose: str, results: str) -> Cut:
    return suppose(_cut, dose, results)


def chosen_subject() -> str | None:
    """The subject that the reader last went to (USUBJID); kept in the visit, never in the address."""
    return st.session_state.get("subject")


def choose_subject(usubjid: str) -> None:
    st.session_state["subject"] = usubjid


def subject_ids() -> frozenset[str]:
    """Every subject of the present cut, filtered or not."""
    cut = view().cut
    return _subject_ids(cut, str(cut_key(cut)))


@st.cache_resource(show_spinner=False, max_entries=64)
def _subject_ids(_cut: Cut, key: str) -> frozenset[str]:
    return frozenset(_cut.table("adsl")["USUBJID"])


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

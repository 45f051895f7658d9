"""The what-if control: every display as it would be with pending subjects resolved, or with one more cohort."""

from __future__ import annotations

import html
import re

import streamlit as st

import visit
from displays.groups import dlts_collected
from displays.rule.design import next_dose
from displays.rule.pending import pending_subjects
from queries import View

MOST = 6
KEYS = {"N": "what-if-none", "T": "what-if-dlt", "P": "what-if-pending"}
AS_NOW = "Pending, as now"
OUTCOMES = {AS_NOW: "", "DLT": "T", "No DLT": "N", "Not evaluable": "X"}


def choose_outcomes() -> None:
    """Ask for outcomes of pending subjects and for a next cohort; where there are any, the view is as if it were so."""
    if not visit.fact(dlts_collected):
        st.button(
            "What if …",
            disabled=True,
            help="DLTs were not collected in this cut, so no outcome can be assumed.",
        )
        return
    with st.popover("What if …", key="what-if"):
        st.markdown("**What if …** It is not stored, written to a file or shown to other readers.")
        resolved = _pending()
        dose, results = _cohort()
        st.button("Back to actual data", on_click=_forget, disabled=not (resolved or results))
    if resolved or results:
        visit.suppose_outcomes(dose, results, resolved)
        _warn()


def _pending() -> dict[str, str]:
    """Pending subjects that are set to an outcome: USUBJID → its letter."""
    waiting = visit.fact(pending_subjects)
    if waiting:
        st.markdown("Pending subjects")
    chosen = {
        usubjid: OUTCOMES[st.selectbox(_as_text(label), list(OUTCOMES), key=_key(usubjid), persist_state="page")]
        for usubjid, label in waiting
    }
    return {usubjid: letter for usubjid, letter in chosen.items() if letter}


def _cohort() -> tuple[str, str]:
    """The dose and the results of a next cohort, one letter a subject; no results where none is assumed."""
    doses, likely = visit.view().cut.dose_labels, visit.fact(_likely)
    st.markdown("Next cohort")
    dose = st.selectbox(
        "Dose level",
        doses,
        index=doses.index(likely) if likely in doses else 0,
        key="what-if-dose",
        persist_state="page",
    )
    labels = {"N": "Subjects without a DLT", "T": "Subjects with a DLT", "P": "Pending subjects"}
    counts = {letter: st.number_input(label, 0, MOST, key=KEYS[letter]) for letter, label in labels.items()}
    results = "".join(letter * int(count) for letter, count in counts.items())
    return (dose, results) if dose and results else ("", "")


def _warn() -> None:
    with st.container(key="supposed"):
        # As text, never as Markdown: a delivered arm's name could hold a link.
        words = html.escape(visit.view().cut.hypothetical)
        warning = f"{words}. These displays do not show the trial's actual data; they cannot be downloaded."
        st.html(f'<p class="warning" role="alert">{warning}</p>')


def _likely(view: View) -> str | None:
    """The dose at which the rule would treat the next cohort."""
    return next_dose(view.cut)


def _as_text(label: str) -> str:
    """A label that Streamlit would read as Markdown: a delivered number or term could hold a link."""
    return re.sub(r"([^\w\s])", r"\\\1", label)


def _key(usubjid: str) -> str:
    return f"what-if-{usubjid}"


def _forget() -> None:
    for key in KEYS.values():
        st.session_state[key] = 0
    chosen = [key for key in st.session_state if str(key).startswith("what-if-") and st.session_state[key] in OUTCOMES]
    for key in chosen:
        st.session_state[key] = AS_NOW

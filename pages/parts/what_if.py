"""The control of the what-if: one more cohort, supposed; every display of the page is then drawn under it."""

from __future__ import annotations

import html

import streamlit as st

import visit
from displays.groups import dlts_collected
from displays.rule.design import next_dose
from queries import View

MOST = 6
KEYS = {"N": "what-if-none", "T": "what-if-dlt", "P": "what-if-pending"}


def choose_cohort() -> None:
    """Ask for a cohort; where one is supposed, put it into the view and say so above the page."""
    if not visit.fact(dlts_collected):
        st.button(
            "What if …",
            disabled=True,
            help="DLTs were not collected in this cut: there is nothing to add a supposed cohort to.",
        )
        return
    doses, likely = visit.view().cut.dose_labels, visit.fact(_likely)
    with st.popover("What if …", key="what-if"):
        st.markdown(
            "**What if the next cohort were …** Nothing of it is stored, written to a file or seen by another reader."
        )
        dose = st.selectbox(
            "Dose level",
            doses,
            index=doses.index(likely) if likely in doses else 0,
            key="what-if-dose",
            persist_state="page",
        )
        counts = {
            letter: st.number_input(label, 0, MOST, key=KEYS[letter])
            for letter, label in (
                ("N", "Subjects without a DLT"),
                ("T", "Subjects with a DLT"),
                ("P", "Subjects pending"),
            )
        }
        st.button("Back to the facts", on_click=_forget, disabled=not any(counts.values()))
    results = "".join(letter * int(count) for letter, count in counts.items())
    if results and dose:
        visit.suppose_cohort(dose, results)
        with st.container(key="supposed"):
            # As text, never as Markdown: a delivered arm's name could hold a link.
            words = html.escape(visit.view().cut.hypothetical)
            st.html(
                f'<p class="warning" role="alert">{words}. These displays are not the trial\'s data; they cannot be downloaded.</p>'
            )


def _likely(view: View) -> str | None:
    """The dose at which the rule would treat the next cohort."""
    return next_dose(view.cut)


def _forget() -> None:
    for key in KEYS.values():
        st.session_state[key] = 0

"""The what-if control: every display of the page as it would be with one more cohort."""

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
    """Ask for a hypothetical cohort; where there is one, add it to the view and say so above the page."""
    if not visit.fact(dlts_collected):
        st.button(
            "What if …",
            disabled=True,
            help="DLTs were not collected in this cut, so a hypothetical cohort cannot be added.",
        )
        return
    doses, likely = visit.view().cut.dose_labels, visit.fact(_likely)
    with st.popover("What if …", key="what-if"):
        st.markdown("**What if the next cohort were …** It is not stored, written to a file or shown to other readers.")
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
                ("P", "Pending subjects"),
            )
        }
        st.button("Back to actual data", on_click=_forget, disabled=not any(counts.values()))
    results = "".join(letter * int(count) for letter, count in counts.items())
    if results and dose:
        visit.suppose_cohort(dose, results)
        with st.container(key="supposed"):
            # As text, never as Markdown: a delivered arm's name could hold a link.
            words = html.escape(visit.view().cut.hypothetical)
            warning = f"{words}. These displays do not show the trial's actual data; they cannot be downloaded."
            st.html(f'<p class="warning" role="alert">{warning}</p>')


def _likely(view: View) -> str | None:
    """The dose at which the rule would treat the next cohort."""
    return next_dose(view.cut)


def _forget() -> None:
    for key in KEYS.values():
        st.session_state[key] = 0

"""What if: every display as it would be with pending subjects resolved, or with one more cohort, on all pages."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace

import streamlit as st

import visit
from displays.groups import dlts_collected
from displays.rule.design import next_dose
from displays.rule.pending import pending_subjects
from pages.parts.markup import draw_html
from pages.parts.shown import as_text
from queries import View
from queries.hypothetical import suppose
from visit.caches import SUPPOSED

MOST = 6
KEYS = {"N": "what-if-none", "T": "what-if-dlt", "P": "what-if-pending"}
LABELS = {"N": "Subjects without a DLT", "T": "Subjects with a DLT", "P": "Pending subjects"}
AS_NOW = "Pending, as now"
OUTCOMES = {AS_NOW: "", "DLT": "T", "No DLT": "N", "Not evaluable": "X"}
STATE, SHOWN = "what-if", "what-if-shown"


@dataclass(frozen=True)
class Supposed:
    """What is supposed: results of a next cohort at a dose, one letter a subject; outcomes of pending subjects."""

    dose: str = ""
    results: str = ""
    resolved: dict[str, str] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        return bool(self.results or self.resolved)


def ask_what_if() -> None:
    """The button that shows the controls, or takes them away."""
    possible = visit.fact(dlts_collected)
    st.button(
        "What if …",
        key="what-if-button",
        type="tertiary",
        disabled=not possible,
        on_click=_switch,
        help="Pending subjects resolved, or a next cohort; not stored, written to a file or shown to other readers"
        if possible
        else "DLTs were not collected in this cut, so no outcome can be assumed.",
    )


def apply_what_if() -> None:
    """Draw the controls where they are wanted; for the rest of this run the view is as if it were so."""
    if visit.session() == "open" or not visit.fact(dlts_collected):
        return
    kept: Supposed = st.session_state.get(STATE) or Supposed()
    supposed = _ask() if st.session_state.get(SHOWN) else _known()
    if left := _left_out(kept, supposed) if not st.session_state.get(SHOWN) else "":
        draw_html(f'<p class="older" role="status">{html.escape(left)}</p>')
    else:
        st.session_state[STATE] = supposed
    if supposed.anything:
        _suppose(supposed)
        words = html.escape(visit.view().cut.hypothetical)
        warning = f"{words}. Not the trial's actual data; these displays cannot be downloaded."
        with st.container(key="supposed", horizontal=True, vertical_alignment="center"):
            # As text, never as Markdown: a delivered arm's name could hold a link.
            draw_html(f'<p class="warning" role="alert">{warning}</p>')
            st.button("Back to actual data", key="what-if-back", on_click=_forget)


def _left_out(kept: Supposed, supposed: Supposed) -> str:
    """What is supposed and cannot be in the present cut; it is kept for the cut in which it can."""
    numbers = {usubjid: number for number, usubjid in visit.subject_numbers().items()}
    subjects = [numbers.get(usubjid, usubjid) for usubjid in kept.resolved if usubjid not in supposed.resolved]
    parts = [f"{', '.join(subjects)} not pending in this cut"] if subjects else []
    parts += [f"no dose level {kept.dose} in this cut"] if kept.results and not supposed.results else []
    return f"Not supposed here: {'; '.join(parts)}." if parts else ""


def _suppose(supposed: Supposed) -> None:
    seen = visit.view()
    key = (*seen.cut.key, supposed.dose, supposed.results, *sorted(supposed.resolved.items()))
    cut = SUPPOSED(key, lambda: suppose(seen.cut, supposed.dose, supposed.results, supposed.resolved))
    visit.set_view(replace(seen, cut=cut))


def _known() -> Supposed:
    """What is supposed already, as far as the present cut has such a dose and such pending subjects."""
    kept: Supposed = st.session_state.get(STATE) or Supposed()
    if not kept.anything:
        return kept
    waiting = {usubjid for usubjid, _ in visit.fact(pending_subjects)}
    resolved = {usubjid: letter for usubjid, letter in kept.resolved.items() if usubjid in waiting}
    results = kept.results if kept.dose in visit.view().cut.dose_labels else ""
    return Supposed(kept.dose if results else "", results, resolved)


def _ask() -> Supposed:
    kept = _known()
    with st.container(key="what-if", horizontal=True, vertical_alignment="bottom", gap="small"):
        resolved = _pending(kept)
        dose, results = _cohort(kept)
    return Supposed(dose, results, resolved)


def _pending(kept: Supposed) -> dict[str, str]:
    """Pending subjects that are set to an outcome: USUBJID → its letter."""
    words = {letter: outcome for outcome, letter in OUTCOMES.items()}
    chosen = {}
    for usubjid, label in visit.fact(pending_subjects):
        st.session_state.setdefault(_key(usubjid), words[kept.resolved.get(usubjid, "")])
        outcome = st.selectbox(as_text(label), list(OUTCOMES), key=_key(usubjid), width=190)
        chosen[usubjid] = OUTCOMES[outcome]
    return {usubjid: letter for usubjid, letter in chosen.items() if letter}


def _cohort(kept: Supposed) -> tuple[str, str]:
    """The dose and the results of a next cohort, one letter a subject; no results where none is assumed."""
    doses, likely = visit.view().cut.dose_labels, kept.dose or visit.fact(_likely)
    if st.session_state.get("what-if-dose") not in doses and doses:
        st.session_state["what-if-dose"] = likely if likely in doses else doses[0]
    dose = st.selectbox("Next cohort: dose level", doses, key="what-if-dose", width=190)
    counts = {}
    for letter, label in LABELS.items():
        st.session_state.setdefault(KEYS[letter], kept.results.count(letter))
        counts[letter] = st.number_input(label, 0, MOST, key=KEYS[letter], width=160)
    results = "".join(letter * int(count) for letter, count in counts.items())
    return (dose, results) if dose and results else ("", "")


def _likely(view: View) -> str | None:
    """The dose at which the rule would treat the next cohort."""
    return next_dose(view.cut)


def _key(usubjid: str) -> str:
    return f"what-if-of-{usubjid}"


def _switch() -> None:
    st.session_state[SHOWN] = not st.session_state.get(SHOWN, False)


def _forget() -> None:
    st.session_state[STATE] = Supposed()
    for key in [key for key in st.session_state if str(key).startswith("what-if-of-")]:
        st.session_state[key] = AS_NOW
    for key in KEYS.values():
        st.session_state[key] = 0

"""Every stopping rule asked of a cut."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.groups import words_of
from displays.stopping.collected import missing
from displays.stopping.reasons import reason
from displays.stopping.state import MET, RuleState
from queries import Question, View, costly
from trial.stopping_rule import StoppingRule


def rule_states(view: View) -> list[tuple[RuleState, RuleState | None]]:
    """Every rule now and, by the rules of today, at the previous cut."""
    earlier = View(view.previous) if view.previous else None
    return [
        (_rule_state(view, rule), _rule_state(earlier, rule) if earlier else None) for rule in view.trial.stopping_rules
    ]


def _rule_state(view: View, rule: StoppingRule) -> RuleState:
    """The rule at the cut, whatever the filters: asked by many displays, and made once."""
    return view.cut.once(("stopping rule", repr(rule)), lambda: _state_of(view, rule))


def _state_of(view: View, rule: StoppingRule) -> RuleState:
    """A rule whose data could not all be read is met where what was read meets it; otherwise it is not known."""
    gap = missing(view, rule)
    state = RuleState(
        rule,
        _subjects(view, rule) if gap is None or gap.partly else None,
        absent="" if gap is None else gap.words,
        open_ended=rule.within_days is None and rule.counts != "dlt",
        expansion=view.trial.expansion_cohorts,
        unread=gap is not None and gap.delivered,
    )
    return state if gap is None or state.state == MET else replace(state, subjects=None)


def _subjects(view: View, rule: StoppingRule) -> DataFrame:
    """The answer of `stopping_subjects` with REASON, why a subject is not counted, in words."""
    rows = view.cut.ask("stopping_subjects", **costly.stopping(rule))
    return rows.assign(REASON=words_of(rows, rows["REASONCD"].notna(), reason))


def questions(view: View) -> tuple[Question, ...]:
    """The question as asked for each rule."""
    return tuple(view.cut.question("stopping_subjects", **costly.stopping(rule)) for rule in view.trial.stopping_rules)

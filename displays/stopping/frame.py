"""What every display of the stopping rules shares: the rules asked of every subject, the finding, the denominators."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, blank, display
from displays.groups import everybody
from displays.stopping import words
from displays.stopping.asked import questions, rule_states
from displays.stopping.finding import finding, population
from displays.stopping.state import RuleState
from queries import View

Both = list[tuple[RuleState, RuleState | None]]
"""Every rule now, and at the previous cut."""


def rules_display(
    view: View,
    name: str,
    title: str,
    made: Callable[[View, Both], tuple[DataFrame, go.Figure]],
    *,
    method: str,
    behind: Callable[[Both], dict[str, tuple[str, ...]]] = lambda both: {},
    **parts,
) -> Display:
    """A display of all stopping rules, whatever the reader's filters; `made` gives its table and its figure.

    behind: the subjects behind its marks (as Display.behind).
    """
    if not view.trial.stopping_rules:
        return blank(view, name, title, "No stopping rule is defined for this trial.")
    chosen, view = view.filters, everybody(view)
    both = rule_states(view)
    table, figure = made(view, both)
    return display(
        view,
        name,
        title=title,
        finding=finding(view, both),
        table=table,
        figure=figure,
        population=population(view, both, chosen),
        method=f"{words.method(view)} {method}",
        source=words.source(view),
        questions=questions(view),
        behind=behind(both),
        **parts,
    )

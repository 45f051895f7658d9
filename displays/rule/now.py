"""What the protocol's rule recommends now, why, and which state of its decision table the trial is in."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, plain
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.rule.alarms import alarms
from displays.rule.chances import METHOD
from displays.rule.design import name_of, outcomes, rule_of, six_at_most, subjects
from displays.rule.finding import finding
from displays.rule.frame import rule_display, undecided
from displays.rule.table import has_table, labels, states
from displays.rule.table_figure import grid
from displays.rule.words import MODEL, dose
from displays.words import percent, percent_range
from queries import View
from queries.frames import rows_of
from stats.escalation import Outcomes, RollingSix
from stats.escalation.wrappers import unwrapped

RULE_NOW = ("rule_now", "Rule recommendation")
ENDS = " Where no higher level is open, the level is filled up to six and named once six of it are evaluable."
MODEL_LABELS = {
    "TRTA": "Dose level",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "ESTIMATE": "P(DLT), model",
    "LOWER": "90 % lower",
    "UPPER": "90 % upper",
    "OVER": "P(over the design's target)",
    "NOW": "Present",
}
MODEL_FORMATS = {"ESTIMATE": "percent", "LOWER": "percent", "UPPER": "percent", "OVER": "percent"}


def rule_now(view: View) -> Display:
    """What the protocol's rule says of the subjects treated so far, with its reason and its decision table."""
    if (absent := undecided(view, *RULE_NOW)) is not None:
        return absent
    design = rule_of(view.trial)
    known, found = outcomes(subjects(view.cut), design), alarms(view.cut)
    table = states(design, known, view.trial) if has_table(design) else model_rows(view, design, known)
    figure = grid(table, view.trial.dose_unit) if has_table(design) else _model_figure(table)
    return rule_display(
        view,
        *RULE_NOW,
        [design],
        finding=finding(view, design, known, found),
        table=table,
        figure=figure,
        labels=labels(design) if has_table(design) else MODEL_LABELS,
        formats={} if has_table(design) else MODEL_FORMATS,
        method=f"{_table_words(design)} Evaluable: adjudicated, with or without a DLT. {METHOD} "
        "The rule is advisory; the board decides.",
    )


def _table_words(design) -> str:
    if not has_table(design):
        return (
            f"The level whose estimated DLT rate is nearest the design's target. P(DLT): {MODEL}; "
            "P(over the design's target) by integration of the posterior."
        )
    closed = " Closed: the level and those above are not given again."
    if six_at_most(design):
        closed = ENDS if isinstance(unwrapped(design), RollingSix) or design.six_at_highest else ""
    return (
        f"The table is {name_of(design)}'s own: what follows from the numbers at the current level; enrolled are "
        f"those evaluable or pending.{closed}"
    )


def model_rows(view: View, design, known: Outcomes) -> DataFrame:
    """What a CRM estimates at each level: ESTIMATE, LOWER, UPPER (90 %), OVER, and the counts it rests on."""
    fit, trial = unwrapped(design).fit(known), view.trial
    ranks = range(1, len(trial.dose_levels) + 1)
    current = known.level if known.cohorts else None
    return DataFrame(
        {
            "TRTA": [dose(rank, trial) for rank in ranks],
            "NEVAL": [known.evaluated_at(rank) for rank in ranks],
            "NDLT": [known.dlt_at(rank) for rank in ranks],
            "ESTIMATE": fit.p_tox,
            "LOWER": fit.lower90,
            "UPPER": fit.upper90,
            "OVER": fit.p_over_target,
            "NOW": ["present" if rank == current else "" for rank in ranks],
        }
    )


def _model_figure(table: DataFrame):
    rows = table.assign(
        TEXT=[
            f"{'<b>' if row.NOW else ''}{plain(row.TRTA)}: {percent(row.ESTIMATE)} (90 % "
            f"{percent_range(row.LOWER, row.UPPER)}); {row.NDLT} of {row.NEVAL}{'</b>' if row.NOW else ''}"
            for row in rows_of(table)
        ],
        COLOUR=house.INK,
        SYMBOL="square",
    )
    return interval_rows(rows, axis_title="Estimated DLT rate")

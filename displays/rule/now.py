"""What the protocol's rule says now, why, and where the trial stands in its decision table."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, plain
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.rule.design import decide, name_of, outcomes, rule_of, six_at_most, subjects
from displays.rule.expansion import expansion_words
from displays.rule.frame import rule_display, undecided
from displays.rule.pending import pending_words
from displays.rule.table import has_table, labels, states
from displays.rule.table_figure import grid
from displays.rule.words import MODEL, comparable, counts_at, dose, news, recommended, said, why
from displays.words import counted, percent, percent_range, sentence
from queries import View
from stats.escalation import Outcomes
from stats.escalation.wrappers import unwrapped

RULE_NOW = ("rule_now", "Rule recommendation")
MODEL_LABELS = {
    "TRTA": "Dose level",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "ESTIMATE": "P(DLT), model",
    "LOWER": "90 % lower",
    "UPPER": "90 % upper",
    "OVER": "P(over target)",
    "NOW": "Present",
}
MODEL_FORMATS = {"ESTIMATE": "percent", "LOWER": "percent", "UPPER": "percent", "OVER": "percent"}


def rule_now(view: View) -> Display:
    """What the protocol's rule says of the subjects treated so far, with its reason and its decision table."""
    if (absent := undecided(view, *RULE_NOW)) is not None:
        return absent
    design = rule_of(view.trial)
    known = outcomes(subjects(view.cut), design)
    table = states(design, known, view.trial) if has_table(design) else model_rows(view, design, known)
    figure = grid(table, view.trial.dose_unit) if has_table(design) else _model_figure(table)
    return rule_display(
        view,
        *RULE_NOW,
        [design],
        finding=_finding(view, design, known),
        table=table,
        figure=figure,
        labels=labels(design) if has_table(design) else MODEL_LABELS,
        formats={} if has_table(design) else MODEL_FORMATS,
        method=f"{_table_words(design)} Evaluable: adjudicated, with or without a DLT. "
        "The rule is advisory; the board decides.",
    )


def _table_words(design) -> str:
    if not has_table(design):
        return (
            f"The level whose estimated DLT rate is nearest the target. P(DLT): {MODEL}; "
            "P(over target) by integration of the posterior."
        )
    closed = "" if six_at_most(design) else " Closed: the level and those above are not given again."
    return (
        f"The table is {name_of(design)}'s own: what follows from the numbers at the current level; enrolled are "
        f"those evaluable or pending.{closed}"
    )


def _finding(view: View, design, known: Outcomes) -> list[str]:
    parts = [*_verdict(view, design, known), *pending_words(view, design, known)]
    parts += expansion_words(view, design, known)
    return [sentence(part) for part in [*parts, _since(view, design, known)] if part]


def _verdict(view: View, design, known: Outcomes) -> list[str]:
    """What the rule says of which counts, and why where the counts are not all of it."""
    decision, trial = decide(design, known), view.trial
    if not known.cohorts:
        start = f"{name_of(design)} recommends: start at {dose(decision.dose, trial)}"
        return [f"{_nobody_to_judge_by(subjects(view.cut))}: {start}"]
    counts = counts_at(known, known.level, trial)
    return [f"{counts}: {_says(design, decision, trial)}", why(decision, known, trial)]


def _nobody_to_judge_by(rows: DataFrame) -> str:
    if rows.empty:
        return "No subject has been treated in this cut"
    elsewhere = rows[rows["RANK"].isna() & rows["RESULT"].isin(["N", "T"])]
    if elsewhere.empty:
        return f"None of {counted(len(rows), 'treated subject')} can be evaluated"
    dlts = (elsewhere["RESULT"] == "T").sum()
    return (
        f"No subject was evaluated at a planned dose level ({counted(len(elsewhere), 'evaluable subject')} at "
        f"another dose, {dlts} with a DLT)"
    )


def _says(design, decision, trial) -> str:
    if decision.action != "stop":
        return recommended(design, decision, trial)
    if decision.dose is None:
        return f"{name_of(design)} ends the escalation, no dose is tolerated"
    return (
        f"{name_of(design)} ends the escalation with {dose(decision.dose, trial)} as the maximum tolerated dose (MTD)"
    )


def _since(view: View, design, known: Outcomes) -> str:
    if view.previous is None or not comparable(view.previous):
        return news(view, "")
    earlier = rule_of(view.previous.trial)
    before = outcomes(subjects(view.previous), earlier)
    then = said(decide(earlier, before), view.previous.trial, before)
    same = then == said(decide(design, known), view.trial, known)
    words = " the same" if same else f": {then}"
    return f"At the previous cut ({day(view.previous.date)}) the recommendation was{words}."


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
            for row in table.itertuples()
        ],
        COLOUR=house.INK,
        SYMBOL="square",
    )
    return interval_rows(rows, axis_title="Estimated DLT rate")
